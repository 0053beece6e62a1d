//! `codes.json`, from which `scripts/openapi.mjs` takes the statuses, is the table of this crate.

#![allow(clippy::std_instead_of_core, reason = "a test has std")]

use error_code::ErrorCode;
use serde_json::{Map, Value, json};

const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/codes.json");

/// `UPDATE=1 cargo test -p signpost-error-code` writes the file anew.
#[test]
fn the_table_for_other_languages_is_that_of_rust() {
    let row = |code: &ErrorCode| {
        let row = json!({ "status": code.status(), "s3_status": code.s3_status(), "title": code.title() });
        (code.as_str().to_owned(), row)
    };
    let table: Map<String, Value> = ErrorCode::ALL.iter().map(row).collect();
    let table = format!("{:#}\n", Value::Object(table));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(TABLE, &table).expect("the folder of the crate can be written");
    }
    let written = std::fs::read_to_string(TABLE).expect("codes.json exists");
    assert_eq!(written, table, "`UPDATE=1 cargo test -p signpost-error-code` writes it anew");
}
