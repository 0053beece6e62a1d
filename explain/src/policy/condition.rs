//! A condition of a policy, and its check against a form.

use serde_json::Value;
use signer::FILENAME;

use super::malformed::Malformed;
use crate::cause::{Cause, Code};
use crate::form::Form;
use crate::{mask, token};

/// A condition on a form. Field names are in lower case.
#[derive(Debug)]
pub(super) enum Condition {
    Exact { field: String, value: String },
    StartsWith { field: String, prefix: String },
    Range { min: u64, max: u64 },
}

impl Condition {
    /// Parses the entry of `conditions` at an index.
    pub(super) fn read(index: usize, value: &Value) -> Result<Self, Malformed> {
        match value {
            Value::Object(object) => match object.iter().collect::<Vec<_>>().as_slice() {
                [(name, _)] if name.starts_with('$') => Err(Malformed::dollar_in_object(name)),
                [(name, Value::String(value))] => {
                    Ok(Self::Exact { field: name.to_ascii_lowercase(), value: value.clone() })
                }
                [(name, value)] => Err(Malformed::value(name, value)),
                names => Err(Malformed::names(names.len())),
            },
            Value::Array(list) => Self::list(index, list),
            _ => Err(Malformed::shape(index)),
        }
    }

    fn list(index: usize, list: &[Value]) -> Result<Self, Malformed> {
        let [Value::String(operator), first, second] = list else {
            return Err(Malformed::shape(index));
        };
        let operator = operator.to_ascii_lowercase();
        if operator == "content-length-range" {
            let range = number(first).zip(number(second));
            return match range {
                Some((min, max)) if min > max => Err(Malformed::range(min, max)),
                Some((min, max)) => Ok(Self::Range { min, max }),
                None => Err(Malformed::shape(index)),
            };
        }
        let is_exact = operator == "eq";
        let Value::String(name) = first else { return Err(Malformed::shape(index)) };
        if !is_exact && operator != "starts-with" {
            return Err(Malformed::shape(index));
        }
        let Some(field) = name.strip_prefix('$') else {
            return Err(Malformed::dollar(&operator, name));
        };
        let Value::String(value) = second else { return Err(Malformed::value(field, second)) };
        let (field, value) = (field.to_ascii_lowercase(), value.clone());
        Ok(if is_exact {
            Self::Exact { field, value }
        } else {
            Self::StartsWith { field, prefix: value }
        })
    }

    pub(super) fn field(&self) -> Option<&str> {
        match self {
            Self::Exact { field, .. } | Self::StartsWith { field, .. } => Some(field),
            Self::Range { .. } => None,
        }
    }

    /// Whether the form lacks the field, and the condition does not state its whole value.
    pub(super) fn is_left_open(&self, form: &Form) -> bool {
        match self {
            Self::StartsWith { field, .. } => form.field(field).is_none(),
            Self::Exact { .. } | Self::Range { .. } => false,
        }
    }

    /// The cause, if the form does not meet the condition.
    pub(super) fn check(&self, form: &Form) -> Option<Cause> {
        match self {
            Self::Range { min, max } => size(form.file_bytes?, *min, *max),
            Self::Exact { field, value } if field == "bucket" => bucket(form, value),
            Self::Exact { field, value } => {
                let found = Self::found(form, field)?;
                let Ok(found) = found else { return found.err() };
                // The check of the token names the change, which cannot be shown.
                let is_changed_token =
                    field.ends_with("-security-token") && token::form(form).is_some();
                (found != *value && !is_changed_token)
                    .then(|| differs(field, &format!("{:?}", mask::value(field, value)), &found))
            }
            Self::StartsWith { field, prefix } => {
                let found = Self::found(form, field)?;
                let Ok(found) = found else { return found.err() };
                let begins = found.split(',').all(|item| item.starts_with(prefix.as_str()));
                let begins =
                    if field == "content-type" { begins } else { found.starts_with(prefix) };
                (!begins).then(|| {
                    differs(
                        field,
                        &format!("a value that begins with {:?}", mask::value(field, prefix)),
                        &found,
                    )
                })
            }
        }
    }

    /// The field's value with the file's name filled in, or a cause if the field is missing; `None` if another check reports
    /// the missing field.
    fn found(form: &Form, field: &str) -> Option<Result<String, Cause>> {
        match form.field(field) {
            Some(value) => {
                let name = form.filename.as_deref().unwrap_or(FILENAME);
                Some(Ok(value.replace(FILENAME, name)))
            }
            None if form.fields_after_file.iter().any(|name| name == field) => None,
            None if field.ends_with("-security-token") => None,
            None => Some(Err(Cause::new(
                Code::MissingField,
                format!("the form lacks the field {field}, which its policy requires"),
                format!("send {field} as well, before the file"),
            ))),
        }
    }
}

/// A size in bytes, as a number or as a text of digits; S3 accepts both.
fn number(value: &Value) -> Option<u64> {
    let digits = |text: &&str| text.bytes().all(|b| b.is_ascii_digit());
    value.as_u64().or_else(|| value.as_str().filter(digits)?.parse().ok())
}

fn differs(field: &str, expected: &str, found: &str) -> Cause {
    let found = mask::value(field, found);
    let message = format!(
        "the policy requires the field {field} to be {expected}, but the form has {found:?}"
    );
    let hint = format!("send {field} as it was signed, or sign the form for the value you send");
    Cause::new(Code::PolicyCondition, message, hint)
}

fn size(found: u64, min: u64, max: u64) -> Option<Cause> {
    let (code, limit) = match found {
        _ if found > max => (Code::TooLarge, format!("at most {max}")),
        _ if found < min => (Code::TooSmall, format!("at least {min}")),
        _ => return None,
    };
    let message = format!("the file has {found} bytes, but the policy allows {limit}");
    Some(Cause::new(
        code,
        message,
        "send a file of the size that was signed, or request a form for the size of this file",
    ))
}

/// Checks the bucket, which is in the URL and may be in a field as well.
fn bucket(form: &Form, expected: &str) -> Option<Cause> {
    let field = form.field("bucket").filter(|found| *found != expected);
    let first = form.url.path.split('/').nth(1).unwrap_or_default();
    let in_host = form.url.host.split('.').next() == Some(expected)
        || form.url.host.starts_with(&format!("{expected}."));
    // Any other path belongs to a Worker or a proxy, and does not name the bucket.
    let in_path = form.url.path.split('/').filter(|part| !part.is_empty()).count() == 1;
    let of_url = Some(first).filter(|first| in_path && !in_host && *first != expected);
    let found = field.or(of_url)?;
    Some(differs("bucket", &format!("{expected:?}"), found))
}
