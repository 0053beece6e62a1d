//! The entries of a policy document.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use alloc::borrow::Cow;
use alloc::string::{String, ToString as _};
use core::ops::RangeInclusive;

use crate::FieldName;
use crate::encode::push_json;

/// One condition and the field that goes with it, so that neither can be without the other.
/// Its text is spaced as boto3 does.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Exact {
        field: FieldName,
        value: String,
    },
    /// The browser sends the field; `prefilled` is what the form proposes.
    StartsWith {
        field: FieldName,
        prefix: String,
        prefilled: Option<String>,
    },
    ContentLengthRange(RangeInclusive<u64>),
}

impl Condition {
    /// Whether both speak of the same thing, so that only one may stand.
    pub(crate) fn rivals(&self, other: &Self) -> bool {
        self.field() == other.field()
    }

    /// The form field that goes with the condition.
    pub(crate) fn into_field(self) -> Option<(Cow<'static, str>, String)> {
        match self {
            Self::Exact { field, value }
            | Self::StartsWith { field, prefilled: Some(value), .. } => {
                Some((field.into_inner(), value))
            }
            Self::StartsWith { prefilled: None, .. } | Self::ContentLengthRange(_) => None,
        }
    }

    /// Appends the condition as the policy document has it.
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
