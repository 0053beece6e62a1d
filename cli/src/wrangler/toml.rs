//! Reads TOML.

use core::ops::Range;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::tree::{Entry, Node, Table, Tree};

/// Parses the text of a file; an error has its message and its position.
pub(super) fn parse(text: &str) -> Result<Table, (String, Range<usize>)> {
    let table = DeTable::parse(text)
        .map_err(|error| (error.message().into(), error.span().unwrap_or(0..0)))?;
    Ok(to_table(table.get_ref()))
}

fn to_table(table: &DeTable<'_>) -> Table {
    let mut entries = Table::default();
    for (name, value) in table {
        let name_text = name.get_ref().to_string();
        entries.insert(Entry { name: name_text, span: name.span(), value: to_node(value) });
    }
    entries
}

/// Converts a value as wrangler does.
fn to_node(value: &Spanned<DeValue<'_>>) -> Node {
    let tree = match value.get_ref() {
        DeValue::String(text) => Tree::Leaf(Value::from(text.to_string())),
        DeValue::Integer(number) => {
            let radix = number.radix();
            let number = i64::from_str_radix(number.as_str(), radix);
            Tree::Leaf(number.map_or(Value::Null, Value::from))
        }
        DeValue::Float(number) => {
            Tree::Leaf(number.as_str().parse::<f64>().map_or(Value::Null, Value::from))
        }
        DeValue::Boolean(truth) => Tree::Leaf(Value::from(*truth)),
        DeValue::Datetime(instant) => Tree::Leaf(Value::from(instant.to_string())),
        DeValue::Array(list) => Tree::List(list.iter().map(to_node).collect()),
        DeValue::Table(table) => Tree::Table(to_table(table)),
    };
    Node { tree, span: value.span() }
}
