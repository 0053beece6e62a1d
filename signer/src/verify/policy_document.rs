//! Parses the policy document of a form.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::ops::RangeInclusive;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::json::Json;
use crate::encode;
use crate::unix_time::UnixTime;
use crate::verify::Refusal;

/// A policy document: when it expires, and the conditions for a form.
#[derive(Debug)]
pub(super) struct PolicyDocument {
    pub(super) expiration: UnixTime,
    pub(super) conditions: Vec<Requirement>,
}

/// A condition. Field names are in lower case, because forms may spell them in any case.
#[derive(Debug)]
pub(super) enum Requirement {
    Exact { field: String, value: String },
    StartsWith { field: String, prefix: String },
    ContentLengthRange(RangeInclusive<u64>),
}

impl PolicyDocument {
    /// Parses the base64 of a document.
    pub(super) fn parse(base64: &str) -> Result<Self, Refusal> {
        let text = BASE64_STANDARD.decode(base64).map_err(|_| refuse("it is not base64"))?;
        let text = str::from_utf8(&text).map_err(|_| refuse("it is not UTF-8"))?;
        let document = serde_json::from_str(text).map_err(|error| Refusal::Policy {
            // The error's own text might repeat a token.
            why: format!("it is not JSON, at line {} column {}", error.line(), error.column()),
        })?;
        let Json::Object(entries) = document else { return Err(refuse("it is not a JSON object")) };
        let (mut expiration, mut conditions) = (None, None);
        for (name, value) in entries {
            let first = match name.as_str() {
                "expiration" => expiration.replace(instant(&value)?).is_none(),
                "conditions" => conditions.replace(list(value)?).is_none(),
                _ => false,
            };
            if !first {
                return Err(refuse("expected `expiration` and `conditions`, each once"));
            }
        }
        let expiration = expiration.ok_or_else(|| refuse("`expiration` is missing"))?;
        let conditions = conditions.ok_or_else(|| refuse("`conditions` is missing"))?;
        Ok(Self { expiration, conditions })
    }
}

fn refuse(why: &str) -> Refusal {
    Refusal::Policy { why: why.into() }
}

/// An instant in UTC, the only time zone that S3 accepts here.
fn instant(value: &Json) -> Result<UnixTime, Refusal> {
    match value {
        Json::Text(text) if text.ends_with('Z') => UnixTime::parse_rfc3339(text),
        _ => None,
    }
    .ok_or_else(|| refuse("expiration: expected an instant such as \"2015-12-30T12:00:00.000Z\""))
}

fn list(value: Json) -> Result<Vec<Requirement>, Refusal> {
    let Json::List(values) = value else { return Err(refuse("conditions: expected a list")) };
    let parse = |(i, value): (usize, &Json)| {
        Requirement::parse(value).ok_or_else(|| Refusal::Policy {
            why: format!(
                "conditions[{i}]: expected {{name: text}}, [\"eq\" or \"starts-with\", \"$name\", text] \
                 or [\"content-length-range\", min, max]"
            ),
        })
    };
    values.iter().enumerate().map(parse).collect()
}

impl Requirement {
    fn parse(value: &Json) -> Option<Self> {
        let field = |name: &str| Some(name.to_ascii_lowercase()).filter(|name| !name.is_empty());
        Some(match value {
            Json::Object(entries) => match entries.as_slice() {
                [(name, Json::Text(value))] => {
                    Self::Exact { field: field(name)?, value: value.clone() }
                }
                _ => return None,
            },
            Json::List(values) => match values.as_slice() {
                [Json::Text(kind), Json::Number(min), Json::Number(max)]
                    if kind == "content-length-range" =>
                {
                    Self::ContentLengthRange(*min..=*max)
                }
                [Json::Text(kind), Json::Text(name), Json::Text(value)] => {
                    let (field, value) = (field(name.strip_prefix('$')?)?, value.clone());
                    match kind.as_str() {
                        "eq" => Self::Exact { field, value },
                        "starts-with" => Self::StartsWith { field, prefix: value },
                        _ => return None,
                    }
                }
                _ => return None,
            },
            Json::Text(_) | Json::Number(_) | Json::Other => return None,
        })
    }

    /// The field that the condition is about; `None` for the size of the file.
    pub(super) fn field(&self) -> Option<&str> {
        match self {
            Self::Exact { field, .. } | Self::StartsWith { field, .. } => Some(field),
            Self::ContentLengthRange(_) => None,
        }
    }

    /// Whether a field's value satisfies the condition.
    pub(super) fn accepts(&self, value: &str) -> bool {
        match self {
            Self::Exact { value: expected, .. } => value == expected,
            // S3 checks every type of a comma-separated list, so that a harmless first type does not hide the others.
            Self::StartsWith { field, prefix } if field == "content-type" => {
                value.split(',').all(|item| item.starts_with(prefix.as_str()))
            }
            Self::StartsWith { prefix, .. } => value.starts_with(prefix.as_str()),
            Self::ContentLengthRange(_) => true,
        }
    }
}

/// The condition as S3's errors show it, but with a session token masked.
impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, field, value) = match self {
            Self::Exact { field, value } => ("eq", field, value.as_str()),
            Self::StartsWith { field, prefix } => ("starts-with", field, prefix.as_str()),
            Self::ContentLengthRange(bytes) => {
                return write!(f, "[\"content-length-range\", {}, {}]", bytes.start(), bytes.end());
            }
        };
        let value = if field.ends_with("-security-token") { "..." } else { value };
        write!(f, "[\"{kind}\", {}, {}]", encode::json(&format!("${field}")), encode::json(value))
    }
}
