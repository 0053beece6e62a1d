//! Conditions of a policy that are not well-formed, for which S3 rejects the whole policy.

use serde_json::Value;

use crate::cause::{Cause, Code};
use crate::mask;

/// A condition that is not well-formed.
#[derive(Debug)]
pub(super) struct Malformed {
    /// The fields that the condition may be about, in lower case.
    pub(super) fields: Vec<String>,
    pub(super) cause: Cause,
}

impl Malformed {
    /// Adds the fields that any part of a condition names, so that they do not count as fields without a condition.
    pub(super) fn with_fields_of(mut self, condition: &Value) -> Self {
        add_fields(condition, &mut self.fields);
        self
    }

    /// The cause for a condition whose value is a number or another value instead of a text.
    pub(super) fn value(field: &str, value: &Value) -> Self {
        let (found, hint) = match value {
            Value::Number(number) => {
                (format!("the number {number}"), format!("write \"{number}\""))
            }
            Value::Bool(value) => (value.to_string(), format!("write \"{value}\"")),
            Value::Null => ("null".into(), "leave the condition out, or write a text".into()),
            Value::String(_) | Value::Array(_) | Value::Object(_) => {
                ("another value".into(), "write a text".into())
            }
        };
        let name = mask::short(field);
        let message = format!(
            "the condition on {name} is malformed: its value has to be a text, found {found}"
        );
        Self::new(message, format!("{hint} in the condition, and sign the policy again"))
    }

    /// The cause for a condition that names its field without `$`.
    pub(super) fn dollar(operator: &str, name: &str) -> Self {
        let short = mask::short(name);
        let message = format!(
            "the condition [\"{operator}\", \"{short}\", ...] is malformed: its field has to begin with $"
        );
        let hint = format!("write \"${short}\" in the condition, and sign the policy again");
        Self::new(message, hint)
    }

    /// The cause for a name with `$` in an object.
    pub(super) fn dollar_in_object(name: &str) -> Self {
        let short = mask::short(name);
        let message = format!(
            "the condition {{\"{short}\": ...}} is malformed: the name of a field in an object has no $"
        );
        let hint = format!(
            "write {{\"{}\": ...}}, and sign the policy again",
            short.trim_start_matches('$')
        );
        Self::new(message, hint)
    }

    /// The cause for a range that no file is in.
    pub(super) fn range(min: u64, max: u64) -> Self {
        let message = format!(
            "the condition content-length-range allows no size: its minimum {min} is above its maximum {max}"
        );
        Self::new(message, "write the minimum first, and sign the policy again")
    }

    /// The cause for an object with no name or several names.
    pub(super) fn names(count: usize) -> Self {
        let message = format!(
            "a condition of the policy is malformed: an object has to have one field, found {count}"
        );
        Self::new(message, "write an object for each field, and sign the policy again")
    }

    /// The cause for any other condition, at an index of the list.
    pub(super) fn shape(index: usize) -> Self {
        let message = format!(
            "the condition at index {index} of the policy is malformed: expected {{name: text}}, [\"eq\" or \"starts-with\", \"$name\", text] or [\"content-length-range\", min, max]"
        );
        Self::new(message, "correct the condition, and sign the policy again")
    }

    fn new(message: String, hint: impl Into<String>) -> Self {
        let cause = Cause::new(Code::MalformedCondition, message, hint);
        Self { fields: Vec::new(), cause }
    }
}

/// Collects the names in a condition. `serde_json` limits the depth of values.
fn add_fields(condition: &Value, fields: &mut Vec<String>) {
    let name = |text: &str| text.strip_prefix('$').unwrap_or(text).to_ascii_lowercase();
    match condition {
        Value::Object(object) => fields.extend(object.keys().map(|key| name(key))),
        Value::Array(list) => list.iter().for_each(|value| add_fields(value, fields)),
        Value::String(text) => fields.push(name(text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
