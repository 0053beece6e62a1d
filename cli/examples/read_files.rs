//! Reads texts as the command reads files, to compare it with wrangler: one JSON object `{"name", "text"}` on each line of
//! standard input, and for each a line with the values, or with `error`.

#![allow(clippy::print_stdout, reason = "the lines are the output")]

extern crate alloc;

#[path = "../src/env_file/grammar.rs"]
mod grammar;
#[path = "../src/wrangler/json.rs"]
mod json;
#[path = "../src/wrangler/toml.rs"]
mod toml;
#[allow(dead_code, reason = "the command uses the rest")]
#[path = "../src/wrangler/tree.rs"]
mod tree;

use std::io;
use std::path::Path;

use serde_json::{Map, Value, json};

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let file: Value = serde_json::from_str(&line?)?;
        let text = |name: &str| file.get(name).and_then(Value::as_str).unwrap_or_default();
        let values = if text("name") == ".dev.vars" {
            variables(text("text"))
        } else {
            configuration(Path::new(text("name")), text("text"))
        };
        println!("{}", values.map_or_else(|error| json!({ "error": error }), Value::Object));
    }
    Ok(())
}

fn variables(text: &str) -> Result<Map<String, Value>, String> {
    let entries = grammar::parse(text).map_err(|error| format!("{}: {}", error.line, error.why))?;
    Ok(entries.into_iter().map(|(name, entry)| (name, entry.value.into())).collect())
}

fn configuration(path: &Path, text: &str) -> Result<Map<String, Value>, String> {
    let table = tree::Format::of(path).parse(text).map_err(|error| error.message)?;
    Ok(table.to_json())
}
