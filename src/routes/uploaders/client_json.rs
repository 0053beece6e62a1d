//! JSON from an uploader: an object whose members are looked up by name. Other members are ignored.

use rules::Denial;
use serde_json::{Map, Value};

use crate::http::body;
use crate::http::problem::Problem;
use crate::http::request::Request;

/// An untrusted JSON object. Errors are a [`Denial::InvalidArgument`] that names the member, unlike those of derived readers.
pub(super) struct ClientJson(Map<String, Value>);

impl ClientJson {
    /// Parses the body; returns `None` if it has not been read yet.
    pub(super) fn read(request: &Request<'_>, max_bytes: usize) -> Result<Option<Self>, Problem> {
        Ok(body::read(request, max_bytes)?.map(Self))
    }

    pub(super) const fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// Returns a string, if the member is present.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<&str>, Denial> {
        self.member(name, "must be a string", Value::as_str)
    }

    /// Returns a number, which may be written as a string, if the member is present.
    pub(super) fn number(&self, name: &'static str) -> Result<Option<u64>, Denial> {
        let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
        self.member(name, "must be a number", number)
    }

    /// Returns the objects in a list, which must be present.
    pub(super) fn list(&self, name: &'static str) -> Result<Vec<Self>, Denial> {
        let object = |value: &Value| value.as_object().cloned().map(Self);
        let objects = |value: &Value| value.as_array()?.iter().map(object).collect();
        let why = "must be a list of objects";
        self.member(name, why, objects)?.ok_or_else(|| invalid(name, why))
    }

    /// Returns an object; an empty one if the member is not an object.
    pub(super) fn object(&self, name: &str) -> Self {
        Self(self.0.get(name).and_then(Value::as_object).cloned().unwrap_or_default())
    }

    /// Returns all members that are strings or numbers.
    pub(super) fn texts(&self) -> impl Iterator<Item = (String, String)> {
        self.0.iter().filter_map(|(name, value)| {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => return None,
            };
            Some((name.clone(), text))
        })
    }

    fn member<'a, T>(
        &'a self,
        name: &'static str,
        why: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Denial> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| invalid(name, why)),
        }
    }
}

/// Returns a member that must be present.
pub(super) fn required<T>(member: Option<T>, name: &'static str) -> Result<T, Denial> {
    member.ok_or_else(|| invalid(name, "is missing"))
}

fn invalid(name: &'static str, why: &str) -> Denial {
    Denial::InvalidArgument { name, why: why.into() }
}
