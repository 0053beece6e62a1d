//! JSON in which no name stands twice.
//!
//! Two readers of `{"sub":"a","sub":"b"}` may each see another caller, so such a token is nobody's. What need not be so strict
//! is read so too: `serde_json`'s own reader of any value would be a second one in the wasm.
//! Spec: <https://www.rfc-editor.org/rfc/rfc7519#section-4>

use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

/// Reads any value.
///
/// # Errors
///
/// Why the text is none, in words.
pub fn read_json(text: &str) -> Result<Value, String> {
    match serde_json::from_str(text) {
        Ok(Strict(Ok(value))) => Ok(value),
        Ok(Strict(Err(Twice(name)))) => Err(format!("duplicate field `{name}`")),
        Err(error) => Err(error.to_string()),
    }
}

/// Reads an object, or nothing.
pub(crate) fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    match read_json(str::from_utf8(bytes).ok()?).ok()? {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// A value none of whose objects has a name twice, at any depth.
///
/// A name that stands twice is no error of the deserializer's: `serde_json` looks for a line and a column in the text of
/// any error that is not its own, which takes 2 KB.
struct Strict(Result<Value, Twice>);

/// The name.
struct Twice(String);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Result<Value, Twice>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated names")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Ok(Value::Null))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Ok(value.into()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Ok(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Ok(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))) // JSON has no other numbers
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Ok(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let (mut values, mut twice) = (Vec::new(), None);
        while let Some(Strict(value)) = seq.next_element()? {
            match value {
                Ok(value) => values.push(value),
                Err(name) => twice = Some(name),
            }
        }
        Ok(twice.map_or(Ok(Value::Array(values)), Err))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut object = Ok(Map::new());
        while let Some((name, Strict(value))) = map.next_entry::<String, _>()? {
            object = object.and_then(|object| with_member(object, name, value?));
        }
        Ok(object.map(Value::Object))
    }
}

fn with_member(
    mut object: Map<String, Value>,
    name: String,
    value: Value,
) -> Result<Map<String, Value>, Twice> {
    match object.entry(name) {
        Entry::Vacant(place) => drop(place.insert(value)),
        Entry::Occupied(known) => return Err(Twice(known.key().clone())),
    }
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_serde_json_reads_but_no_name_twice() {
        let good = r#"{ "a": [1, -1, 1.5, null, true, "x", {}], "b": { "a": {} } }"#;
        assert_eq!(object(good.as_bytes()).map(Value::Object), serde_json::from_str(good).ok());
        for bad in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":1}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":[{"b":1,"b":2}]}"#,
            r#"{"a":1e999}"#,
            "[]",
            "",
            "{}x",
            "{",
        ] {
            assert_eq!(object(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(object("[".repeat(10_000).as_bytes()), None);
        assert_eq!(object(b"{\"a\":\"\xff\"}"), None);
    }
}
