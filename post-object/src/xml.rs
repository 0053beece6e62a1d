//! Writes S3's XML, escaped by `maud`.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>

use maud::{Markup, PreEscaped, html};

/// Returns an XML document with this root.
pub(crate) fn document(root: &Markup) -> String {
    html! { (PreEscaped(r#"<?xml version="1.0" encoding="UTF-8"?>"#)) "\n" (root) }.into_string()
}

/// Replaces the characters that XML cannot represent.
pub(crate) fn text(text: &str) -> String {
    let writable = |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if writable(c) { c } else { '\u{fffd}' }).collect()
}
