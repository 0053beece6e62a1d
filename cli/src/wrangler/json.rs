//! Reads JSON with comments, as wrangler does: a comma may stand before a closing bracket, everything else is JSON.
//!
//! Spec: <https://github.com/microsoft/node-jsonc-parser>

use core::ops::Range;

use jsonc_parser::ast::{Object, Value as JsonValue};
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde_json::Value;

use super::tree::{Entry, Node, Table, Tree};

/// What wrangler's parser accepts.
const GRAMMAR: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_trailing_commas: true,
    allow_loose_object_property_names: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Parses the text of a file; an error has its message and its position.
pub(super) fn parse(text: &str) -> Result<Table, (String, Range<usize>)> {
    let parsed = parse_to_ast(text, &CollectOptions::default(), &GRAMMAR).map_err(|error| {
        let range = error.range();
        (error.kind().to_string(), range.start..range.end)
    })?;
    match parsed.value {
        Some(JsonValue::Object(object)) => to_table(&object),
        Some(other) => Err(("expected an object".into(), range(&other))),
        None => Err(("the file is empty".into(), 0..0)),
    }
}

fn to_table(object: &Object<'_>) -> Result<Table, (String, Range<usize>)> {
    let mut entries = Table::default();
    for property in &object.properties {
        let span = property.name.range();
        entries.insert(Entry {
            name: property.name.as_str().to_owned(),
            span: span.start..span.end,
            value: to_node(&property.value)?,
        });
    }
    Ok(entries)
}

fn to_node(value: &JsonValue<'_>) -> Result<Node, (String, Range<usize>)> {
    let span = range(value);
    let tree = match value {
        JsonValue::StringLit(text) => Tree::Leaf(Value::from(&*text.value)),
        JsonValue::NumberLit(number) => Tree::Leaf(
            serde_json::from_str(number.value)
                .map_err(|_| ("expected a number".into(), span.clone()))?,
        ),
        JsonValue::BooleanLit(truth) => Tree::Leaf(Value::from(truth.value)),
        JsonValue::NullKeyword(_) => Tree::Leaf(Value::Null),
        JsonValue::Array(list) => {
            Tree::List(list.elements.iter().map(to_node).collect::<Result<_, _>>()?)
        }
        JsonValue::Object(object) => Tree::Table(to_table(object)?),
    };
    Ok(Node { tree, span })
}

fn range(value: &JsonValue<'_>) -> Range<usize> {
    let range = value.range();
    range.start..range.end
}
