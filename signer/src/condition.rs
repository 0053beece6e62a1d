//! The entries of a policy document.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;
use core::ops::RangeInclusive;

use crate::FieldName;
use crate::encode::Json;

/// One condition and the field that goes with it, so that neither can be without the other.
/// Displays as the policy document writes it, spaced as boto3 does.
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

    fn field(&self) -> Option<&FieldName> {
        match self {
            Self::Exact { field, .. } | Self::StartsWith { field, .. } => Some(field),
            Self::ContentLengthRange(_) => None,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact { field, value } => {
                write!(f, "{{{}: {}}}", Json(field.as_str()), Json(value))
            }
            Self::StartsWith { field, prefix, .. } => {
                write!(f, r#"["starts-with", "${}", {}]"#, field.as_str(), Json(prefix))
            }
            Self::ContentLengthRange(bytes) => {
                write!(f, r#"["content-length-range", {}, {}]"#, bytes.start(), bytes.end())
            }
        }
    }
}
