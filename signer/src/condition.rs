//! A condition of a policy document and its form field.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use alloc::borrow::Cow;
use alloc::string::{String, ToString as _};
use core::ops::RangeInclusive;

use crate::encode::push_json;
use crate::field_name::FieldName;

/// One condition and its form field. Its JSON has the same spaces as boto3's, so that both write equal policies, byte for byte.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Exact {
        field: FieldName,
        value: String,
    },
    /// The browser sends the field. `prefilled` is its value in the form, if it has one.
    StartsWith {
        field: FieldName,
        prefix: String,
        prefilled: Option<String>,
    },
    ContentLengthRange(RangeInclusive<u64>),
}

impl Condition {
    /// Whether both conditions are on the same field, or both on the size.
    pub(crate) fn replaces(&self, earlier: &Self) -> bool {
        self.field() == earlier.field()
    }

    /// The name and value of the form field; `None` if the browser fills it in.
    pub(crate) fn into_field(self) -> Option<(Cow<'static, str>, String)> {
        match self {
            Self::Exact { field, value }
            | Self::StartsWith { field, prefilled: Some(value), .. } => {
                Some((field.into_inner(), value))
            }
            Self::StartsWith { prefilled: None, .. } | Self::ContentLengthRange(_) => None,
        }
    }

    /// Appends the condition as JSON.
    pub(crate) fn push(&self, to: &mut String) {
        match self {
            Self::Exact { field, value } => {
                to.push('{');
                push_json(to, field.as_str());
                to.push_str(": ");
                push_json(to, value);
                to.push('}');
            }
            Self::StartsWith { field, prefix, .. } => {
                to.extend([r#"["starts-with", "$"#, field.as_str(), r#"", "#]);
                push_json(to, prefix);
                to.push(']');
            }
            Self::ContentLengthRange(bytes) => {
                let [start, end] = [bytes.start(), bytes.end()].map(u64::to_string);
                to.extend([r#"["content-length-range", "#, &start, ", ", &end, "]"]);
            }
        }
    }

    fn field(&self) -> Option<&FieldName> {
        match self {
            Self::Exact { field, .. } | Self::StartsWith { field, .. } => Some(field),
            Self::ContentLengthRange(_) => None,
        }
    }
}
