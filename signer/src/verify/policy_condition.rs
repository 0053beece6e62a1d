//! A condition of a policy document.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html#sigv4-ConditionMatching>

use alloc::format;
use alloc::string::String;
use core::fmt;
use core::ops::RangeInclusive;

use super::json::Json;
use crate::encode;

/// A condition that a form must satisfy. Names of fields are in lower case, because forms may spell them in any case.
///
/// ```
/// use signer::{PolicyCondition, PolicyDocument};
///
/// // {"expiration": "2026-11-23T19:10:00Z", "conditions": [["Starts-With", "$Key", "inbox/"]]}
/// let base64 = "eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMjNUMTk6MTA6MDBaIiwgImNvbmRpdGlvbnMiOiBbWyJTdGFydHMtV2l0aCIsICIkS2V5Iiwg\n\
///               ImluYm94LyJdXX0=";
/// let [condition] = &PolicyDocument::parse(base64)?.conditions[..] else { panic!() };
/// assert_eq!(*condition, PolicyCondition::StartsWith { field: "key".into(), prefix: "inbox/".into() });
/// assert_eq!(condition.to_string(), r#"["starts-with", "$key", "inbox/"]"#);
/// assert!(condition.accepts("inbox/a.png"));
/// # Ok::<(), signer::Refusal>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PolicyCondition {
    /// `{"acl": "private"}` or `["eq", "$acl", "private"]`
    Exact {
        /// The field's name.
        field: String,
        /// The only value that satisfies the condition.
        value: String,
    },
    /// `["starts-with", "$key", "inbox/"]`
    StartsWith {
        /// The field's name.
        field: String,
        /// What every value begins with that satisfies the condition.
        prefix: String,
    },
    /// `["content-length-range", 1, 1024]`: the size of the file in bytes, both ends included.
    ContentLengthRange(RangeInclusive<u64>),
    /// A condition that no form satisfies, although S3 reads it: `["eq", "key", "inbox/a"]`, whose name lacks its `$`, and
    /// `["content-length-range", "a", "b"]`.
    Never {
        /// The condition as S3's errors show it, but with a session token masked.
        condition: String,
    },
}

impl PolicyCondition {
    /// Parses an entry of `conditions`, or returns what S3 expects there.
    pub(super) fn parse(value: &Json) -> Result<Self, &'static str> {
        let malformed = "expected {name: text}, [\"eq\" or \"starts-with\", \"$name\", text] \
                         or [\"content-length-range\", min, max]";
        match value {
            Json::Object(entries) => match entries.as_slice() {
                [(name, Json::Text(value))] if !name.is_empty() => {
                    Ok(Self::Exact { field: name.to_ascii_lowercase(), value: value.clone() })
                }
                [_] => Err("expected a text as the value"),
                _ => Err("expected one name and value in an object"),
            },
            Json::List(values) => match values.as_slice() {
                [Json::Text(operator), first, second] => {
                    Self::parse_list(&operator.to_ascii_lowercase(), first, second).ok_or(malformed)
                }
                _ => Err(malformed),
            },
            Json::Text(_) | Json::Number(_) | Json::Other => Err(malformed),
        }
    }

    /// Parses a condition by its operator, which S3 takes in any letter case.
    fn parse_list(operator: &str, first: &Json, second: &Json) -> Option<Self> {
        let is_range = operator == "content-length-range";
        if is_range && let (Some(min), Some(max)) = (first.as_size(), second.as_size()) {
            return Some(Self::ContentLengthRange(min..=max));
        }
        let (Json::Text(first), Json::Text(second)) = (first, second) else { return None };
        match (operator, first.strip_prefix('$')) {
            ("eq" | "starts-with", Some("")) => None,
            ("eq", Some(name)) => {
                Some(Self::Exact { field: name.to_ascii_lowercase(), value: second.clone() })
            }
            ("starts-with", Some(name)) => {
                Some(Self::StartsWith { field: name.to_ascii_lowercase(), prefix: second.clone() })
            }
            ("eq" | "starts-with", None) | ("content-length-range", _) => {
                Some(Self::Never { condition: shown(operator, first, second) })
            }
            _ => None,
        }
    }

    /// The field that the condition is about, in lower case. `None` for the size of the file, and if no form satisfies it.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Exact { field, .. } | Self::StartsWith { field, .. } => Some(field),
            Self::ContentLengthRange(_) | Self::Never { .. } => None,
        }
    }

    /// Whether a field's value satisfies the condition. The size of the file is not checked here.
    #[must_use]
    pub fn accepts(&self, value: &str) -> bool {
        match self {
            Self::Exact { value: expected, .. } => value == expected,
            // S3 checks every type of a comma-separated list, so that a harmless first type does not hide the others.
            Self::StartsWith { field, prefix } if field == "content-type" => {
                value.split(',').all(|item| item.starts_with(prefix.as_str()))
            }
            Self::StartsWith { prefix, .. } => value.starts_with(prefix.as_str()),
            Self::ContentLengthRange(_) => true,
            Self::Never { .. } => false,
        }
    }
}

/// The condition as S3's errors show it, but with a session token masked.
impl fmt::Display for PolicyCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact { field, value } => f.write_str(&shown("eq", &format!("${field}"), value)),
            Self::StartsWith { field, prefix } => {
                f.write_str(&shown("starts-with", &format!("${field}"), prefix))
            }
            Self::ContentLengthRange(bytes) => {
                write!(f, "[\"content-length-range\", {}, {}]", bytes.start(), bytes.end())
            }
            Self::Never { condition } => f.write_str(condition),
        }
    }
}

fn shown(operator: &str, first: &str, second: &str) -> String {
    let is_token = first.to_ascii_lowercase().ends_with("-security-token");
    let second = if is_token { "..." } else { second };
    format!("[\"{operator}\", {}, {}]", encode::json(first), encode::json(second))
}
