//! Conditions of a policy that are not well-formed, for which S3 rejects the whole policy.

use serde_json::Value;

use crate::cause::{Cause, Code};
use crate::mask;

/// A condition that is not well-formed.
#[derive(Debug)]
pub(super) struct Malformed {
    /// The field that the condition is about, in lower case, as far as it can be read.
    pub(super) field: Option<String>,
    pub(super) cause: Cause,
}

impl Malformed {
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
        Self::new(
            Some(field),
            message,
            format!("{hint} in the condition, and sign the policy again"),
        )
    }

    /// The cause for a condition that names its field without `$`.
    pub(super) fn dollar(operator: &str, name: &str) -> Self {
        let short = mask::short(name);
        let message = format!(
            "the condition [\"{operator}\", \"{short}\", ...] is malformed: its field has to begin with $"
        );
        let hint = format!("write \"${short}\" in the condition, and sign the policy again");
        Self::new(Some(name), message, hint)
    }

    /// The cause for an object with no name or several names.
    pub(super) fn names(count: usize) -> Self {
        let message = format!(
            "a condition of the policy is malformed: an object has to have one field, found {count}"
        );
        Self::new(None, message, "write an object for each field, and sign the policy again")
    }

    /// The cause for any other condition, at an index of the list.
    pub(super) fn shape(index: usize) -> Self {
        let message = format!(
            "the condition at index {index} of the policy is malformed: expected {{name: text}}, [\"eq\" or \"starts-with\", \"$name\", text] or [\"content-length-range\", min, max]"
        );
        Self::new(None, message, "correct the condition, and sign the policy again")
    }

    fn new(field: Option<&str>, message: String, hint: impl Into<String>) -> Self {
        let cause = Cause::new(Code::MalformedCondition, message, hint);
        Self { field: field.map(str::to_ascii_lowercase), cause }
    }
}
