//! The values that a key takes.

use serde_json::{Value, json};

use crate::bucket::provider::Provider;
use crate::callers::kind::CallerKind;
use crate::config::quantity;
use crate::state::period::Period;

/// The values that a key takes, as far as an editor can check them without knowing the rest of the configuration.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Any text but an empty one.
    Text,
    /// A URL.
    Url,
    /// The key of an object, which begins with a literal segment.
    KeyTemplate,
    /// A text that matches a regular expression.
    Pattern(&'static str),
    /// `true` or `false`.
    Boolean,
    /// A whole number, at least the first and at most the second.
    WholeNumber(u32, u32),
    /// A size such as `5 MiB`.
    Size,
    /// A length of time such as `10 min`.
    Duration,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// The name of a provider.
    Provider,
    /// The name of a kind of caller.
    Kind,
    /// A list of values, at least the first and at most the second number of them.
    List(&'static Self, usize, Option<usize>),
    /// A value, or a list of at most this number of them.
    OneOrMore(&'static Self, Option<usize>),
    /// A list of names, or a table of names and values.
    ClaimRules,
    /// The name of a rate-limiting binding, or a table with its name and period.
    Limit,
    /// The URL of a receiver of events, or a table with it.
    Notify,
    /// A set of public keys.
    KeySet,
    /// The first part of secrets' names, a list of two, or a table that says how to get temporary credentials.
    Credentials,
    /// An algorithm, or a table with an algorithm and a key.
    Encryption,
    /// A table with hours, days and a time zone.
    Hours,
    /// A table with a mode and a length of time.
    ObjectLock,
    /// A table with the key and the value of a tag.
    Tag,
    /// A table of tags.
    Tags,
    /// A table with bytes, a number of files, and a period.
    Quota,
}

/// A secret's name in the environment.
pub(super) const SECRET_NAME: Shape = Shape::Pattern("^[A-Z][A-Z0-9_]{0,63}$");
/// The name of an entry, which other entries refer to.
pub(super) const ENTRY_NAME: Shape = Shape::Pattern("^[a-z0-9_-]{1,64}$");

impl Shape {
    /// Returns the JSON Schema of the values.
    pub(super) fn schema(self) -> Value {
        match self {
            Self::Text => json!({ "type": "string", "minLength": 1 }),
            Self::Url => json!({ "type": "string", "pattern": "^https?://[^/?#]+" }),
            Self::KeyTemplate => json!({ "type": "string", "pattern": "^[^/{}]+/" }),
            Self::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
            Self::Boolean => json!({ "type": "boolean" }),
            Self::WholeNumber(min, max) => {
                json!({ "type": "integer", "minimum": min, "maximum": max })
            }
            Self::Size => json!({ "type": "string", "pattern": pattern_of(quantity::sizes()) }),
            Self::Duration => json!({ "type": "string", "pattern": pattern_of(quantity::times()) }),
            Self::OneOf(values) => json!({ "enum": values }),
            Self::Provider => {
                json!({ "enum": Provider::all().iter().map(Provider::name).collect::<Vec<_>>() })
            }
            Self::Kind => json!({ "enum": CallerKind::kinds().collect::<Vec<_>>() }),
            Self::List(item, min, max) => list(*item, min, max),
            Self::OneOrMore(item, max) => json!({ "anyOf": [item.schema(), list(*item, 1, max)] }),
            Self::ClaimRules => json!({ "anyOf": [
                { "type": "array", "items": { "type": "string", "minLength": 1 } },
                { "type": "object", "additionalProperties": { "type": ["string", "boolean", "number"] } },
            ] }),
            Self::Limit => json!({ "anyOf": [
                SECRET_NAME.schema(),
                {
                    "type": "object",
                    "properties": { "binding": SECRET_NAME.schema(), "period": { "enum": [10, 60] } },
                    "required": ["binding", "period"],
                    "additionalProperties": false,
                },
            ] }),
            Self::Credentials => {
                let secret = Self::OneOrMore(&SECRET_NAME, Some(2)).schema();
                let role =
                    json!({ "type": "string", "pattern": "^arn:[^:]*:iam:[^:]*:[^:]*:role/." });
                let (endpoint, duration) = (Self::Url.schema(), Self::Duration.schema());
                let external_id =
                    json!({ "type": "string", "pattern": "^[A-Za-z0-9_+=,.@:/-]{2,1224}$" });
                let by_key = json!({ "secret": secret, "role": role, "endpoint": endpoint, "duration": duration, "external_id": external_id });
                let by_token = json!({
                    "web_identity": { "const": true },
                    "role": role,
                    "endpoint": endpoint,
                    "duration": duration,
                    "audience": { "type": "string", "pattern": "^[!-~]{1,255}$" },
                });
                let by_token = table(&by_token, &["web_identity"]);
                let derived = json!({ "secret": secret, "temporary": { "type": "boolean" } });
                let derived = table(&derived, &["secret", "temporary"]);
                json!({ "anyOf": [secret, table(&by_key, &["secret"]), by_token, derived] })
            }
            Self::Notify => json!({ "anyOf": [
                Self::Url.schema(),
                {
                    "type": "object",
                    "properties": {
                        "url": Self::Url.schema(),
                        "secret": Self::OneOrMore(&SECRET_NAME, Some(8)).schema(),
                        "private_address": { "type": "boolean" },
                    },
                    "required": ["url"],
                    "additionalProperties": false,
                },
            ] }),
            Self::KeySet => json!({
                "type": "object",
                "properties": { "keys": { "type": "array", "items": { "type": "object" }, "minItems": 1 } },
                "required": ["keys"],
            }),
            Self::Encryption => json!({ "anyOf": [
                { "enum": ["AES256", "aws:kms"] },
                table(&json!({
                    "algorithm": { "const": "aws:kms" },
                    "key": Self::Text.schema(),
                    "bucket_key": { "type": "boolean" },
                }), &["algorithm", "key"]),
            ] }),
            Self::Hours => hours(),
            Self::ObjectLock => table(
                &json!({
                    "mode": { "enum": ["GOVERNANCE", "COMPLIANCE"] },
                    "retention": Self::Duration.schema(),
                }),
                &["mode", "retention"],
            ),
            Self::Tag => table(
                &json!({ "key": Self::Text.schema(), "value": Self::Text.schema() }),
                &["key", "value"],
            ),
            Self::Quota => quota(),
            Self::Tags => json!({
                "type": "object",
                "propertyNames": { "maxLength": 128 },
                "additionalProperties": { "type": "string", "maxLength": 256 },
                "maxProperties": 10,
            }),
        }
    }
}

/// Returns the schema of `hours`, of which at least one key must be set.
fn hours() -> Value {
    let time = Shape::Pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$").schema();
    let day = Shape::OneOf(&["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    json!({
        "type": "object",
        "properties": {
            "from": time,
            "to": time,
            "days": list(day, 1, None),
            "zone": Shape::Pattern("^UTC$|^[A-Z][^/]*(/[A-Z][^/]*)+$").schema(),
        },
        "minProperties": 1,
        "additionalProperties": false,
    })
}

/// Returns the schema of a table with these keys and no others.
fn table(properties: &Value, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// Returns the schema of a quota.
fn quota() -> Value {
    let properties = json!({
        "bytes": Shape::Size.schema(),
        "files": { "type": "integer", "minimum": 1, "maximum": 10_000 },
        "per": { "enum": Period::NAMES.map(|(name, _)| name) },
    });
    let mut schema = table(&properties, &["per"]);
    if let Some(schema) = schema.as_object_mut() {
        let either = json!([{ "required": ["bytes"] }, { "required": ["files"] }]);
        schema.insert("anyOf".into(), either);
    }
    schema
}

fn list(item: Shape, min: usize, max: Option<usize>) -> Value {
    let mut list = json!({ "type": "array", "items": item.schema(), "minItems": min });
    if let (Some(max), Some(list)) = (max, list.as_object_mut()) {
        list.insert("maxItems".into(), max.into());
    }
    list
}

/// Returns the pattern of a whole number and one of these units.
fn pattern_of(units: impl Iterator<Item = &'static str>) -> String {
    format!("^[0-9]+ ?({})$", units.collect::<Vec<_>>().join("|"))
}
