//! The JSON Schema of the configuration, for editors.
//!
//! Every configuration that the parser accepts matches it. What depends on several keys, such as whether `{caller}` has a
//! value, only the parser checks.
//!
//! Spec: <https://json-schema.org/draft/2020-12>

use serde_json::{Map, Value, json};

use super::callers::KEYS;
use super::shape::ENTRY_NAME;
use super::{Entries, Key, Presence, Section};
use crate::bucket::provider::{Endpoint, Provider};
use crate::callers::kind::CallerKind;

/// Returns the JSON Schema of `[vars]`. Variables of other names are not restricted.
#[must_use]
pub fn vars_schema() -> Value {
    let (mut properties, mut patterns, mut definitions) = (Map::new(), Map::new(), Map::new());
    for section in Section::all() {
        let name = section.variable;
        let reference = json!({ "$ref": format!("#/$defs/{name}") });
        // Editors complete names of properties, but not those of patterns.
        properties.insert(name.into(), reference.clone());
        if matches!(section.entries, Entries::Named) {
            // A continuation of the variable: `UPLOADS_2`, `UPLOADS_3`, ...
            patterns.insert(format!("^{name}_([2-9]|[1-9][0-9]+)$"), reference);
        }
        definitions.insert(name.into(), variable(section));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The variables of Signpost",
        "type": "object",
        "properties": properties,
        "patternProperties": patterns,
        "$defs": definitions,
    })
}

fn variable(section: &Section) -> Value {
    let entry = match section.variable {
        "BUCKETS" => bucket(section),
        "CALLERS" => caller(section),
        _ => entry(&section.keys.iter().collect::<Vec<_>>()),
    };
    let mut entry = entry;
    if let Some(members) = entry.as_object_mut() {
        members.insert("description".into(), section.meaning.into());
    }
    if section.entries == Entries::None {
        return entry;
    }
    json!({
        "type": "object",
        "propertyNames": ENTRY_NAME.schema(),
        "additionalProperties": entry,
    })
}

/// Returns the schema of a bucket. Which keys it must have depends on its provider.
///
/// The conditions are a chain of `if` and `else`: Even Better TOML completes nothing beside `allOf`
/// (<https://github.com/tamasfe/taplo/blob/main/crates/taplo-common/src/schema/mod.rs>).
fn bucket(section: &Section) -> Value {
    let mut schema = entry(&section.keys.iter().collect::<Vec<_>>());
    let requirements = [&["region", "endpoint"][..], &["endpoint"], &["region"]];
    let conditions = requirements.iter().filter_map(|required| condition(required));
    let chain = conditions.fold(None, |after, mut condition| {
        condition.extend(after.map(|after: Map<_, _>| ("else".to_owned(), Value::Object(after))));
        Some(condition)
    });
    if let (Some(members), Some(chain)) = (schema.as_object_mut(), chain) {
        members.extend(chain);
    }
    schema
}

/// Returns `if` and `then` for the providers that require just these keys, if there are any.
fn condition(required: &[&str]) -> Option<Map<String, Value>> {
    let providers = Provider::all().iter().filter(|provider| requirement(provider) == required);
    let providers: Vec<_> = providers.map(Provider::name).collect();
    let condition = json!({ "properties": { "provider": { "enum": providers } } });
    let condition = [("if", condition), ("then", json!({ "required": required }))];
    let members = condition.map(|(name, value)| (name.to_owned(), value));
    (!providers.is_empty()).then(|| members.into_iter().collect())
}

/// Returns the keys that a provider requires, besides those that all do.
fn requirement(provider: &Provider) -> Vec<&'static str> {
    let endpoint = matches!(provider.endpoint, Endpoint::PerCustomer { .. });
    let keys = [("region", provider.regions.is_empty()), ("endpoint", endpoint)];
    keys.into_iter().filter(|(_, needed)| *needed).map(|(name, _)| name).collect()
}

/// Returns the schema of a caller: one of as many tables as there are kinds.
fn caller(section: &Section) -> Value {
    let of_kind = |kind: &'static str| {
        let keys: Vec<_> = section.keys.iter().filter(|key| key.belongs_to(kind)).collect();
        let mut schema = entry(&keys);
        if let Some(property) = schema.pointer_mut("/properties/kind") {
            *property = json!({ "const": kind });
        }
        let alternatives = keys.iter().filter(|key| key.presence == KEYS);
        let alternatives: Vec<_> =
            alternatives.map(|key| json!({ "required": [key.name] })).collect();
        if let Some(members) = schema.as_object_mut().filter(|_| !alternatives.is_empty()) {
            members.insert("oneOf".into(), alternatives.into());
        }
        schema
    };
    json!({ "oneOf": CallerKind::kinds().map(of_kind).collect::<Vec<_>>() })
}

fn entry(keys: &[&Key]) -> Value {
    let required = keys.iter().filter(|key| key.presence == Presence::Required);
    let required: Vec<_> = required.map(|key| key.name).collect();
    let properties: Map<_, _> =
        keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property(key: &Key) -> Value {
    let mut schema = key.shape.schema();
    if let Some(members) = schema.as_object_mut() {
        members.insert("description".into(), plain(key.meaning).into());
        if let Presence::Default(value) = key.presence
            && let Ok(value) = serde_json::from_str(value)
        {
            members.insert("default".into(), value);
        }
        // Lists and texts are the same in TOML and JSON. A table is not.
        if let Ok(example) = serde_json::from_str::<Value>(key.example) {
            members.insert("examples".into(), json!([example]));
        }
    }
    schema
}

/// Reduces the links of a Markdown text to their texts.
fn plain(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, name, after)) = next_link(rest) {
        text.push_str(before);
        text.push_str(name);
        rest = after;
    }
    text + rest
}

/// Splits a text at its first link: what is before, the link's text, and what is after.
fn next_link(markdown: &str) -> Option<(&str, &str, &str)> {
    let (before, link) = markdown.split_once('[')?;
    let (name, target) = link.split_once("](")?;
    let (_, after) = target.split_once(')')?;
    Some((before, name, after))
}
