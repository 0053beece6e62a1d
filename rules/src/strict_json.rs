//! JSON readers that reject an object with a repeated name.
//!
//! Two readers of `{"sub":"a","sub":"b"}` may see two different callers, so a token with a repeated name is invalid.
//! Spec: <https://www.rfc-editor.org/rfc/rfc7519#section-4>

use core::fmt;

use litemap::LiteMap;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Reads any value.
///
/// # Errors
///
/// A message that says why the text is invalid.
pub fn read_json(text: &str) -> Result<Value, String> {
    let value = serde_json::from_str::<StrictValue>(text);
    value.map(|StrictValue(value)| value).map_err(|error| error.to_string())
}

/// Reads an object; returns `None` for anything else.
pub(crate) fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    match read_json(str::from_utf8(bytes).ok()?).ok()? {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

/// Deserializes an object of strings. A repeated name is an error.
pub(crate) fn unique_members<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<LiteMap<String, String>, D::Error> {
    deserializer.deserialize_map(MembersVisitor)
}

/// A value in which no object repeats a name, at any depth.
struct StrictValue(Value);

impl<'de> Deserialize<'de> for StrictValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Self)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated names")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number)) // JSON has no other numbers
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(StrictValue(value)) = seq.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((name, StrictValue(value))) = map.next_entry::<String, _>()? {
            if object.contains_key(&name) {
                return Err(duplicate(&name));
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = LiteMap<String, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        // A tree, which keeps names in order without moving those that it has.
        let mut members = Map::new();
        while let Some((name, value)) = map.next_entry::<String, String>()? {
            if members.contains_key(&name) {
                return Err(duplicate(&name));
            }
            members.insert(name, Value::String(value));
        }
        let text = |(name, value)| match value {
            Value::String(value) => Some((name, value)),
            _ => None,
        };
        let members = members.into_iter().filter_map(text).collect();
        Ok(LiteMap::from_sorted_store_unchecked(members))
    }
}

fn duplicate<E: Error>(name: &str) -> E {
    E::custom(format_args!("duplicate field `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_serde_json_reads_except_repeated_names() {
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
