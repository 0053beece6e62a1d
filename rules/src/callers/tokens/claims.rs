//! The claims of a verified token.

use serde_json::{Map, Value};

use crate::callers::segment::Segment;

/// The claims, by name.
#[derive(Clone, Default, Eq, PartialEq)]
pub(crate) struct Claims(Map<String, Value>);

impl Claims {
    /// Returns the value of a claim, if it can be a segment of a key.
    pub(crate) fn segment(&self, name: &str) -> Option<Segment> {
        match self.0.get(name)? {
            Value::String(text) => Segment::new(text),
            Value::Number(number) if !number.is_f64() => Segment::new(&number.to_string()),
            _ => None,
        }
    }
}

impl From<Map<String, Value>> for Claims {
    fn from(claims: Map<String, Value>) -> Self {
        Self(claims)
    }
}
