//! Writes S3's XML, escaped by `maud`.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>

use maud::{Markup, PreEscaped, html};
use signer::Refusal;

use crate::{Fault, Receipt};

pub(crate) fn error(fault: &Fault) -> String {
    document(&html! {
        Error {
            Code { (fault.code().as_str()) }
            Message { (text(&fault.to_string())) }
            @match fault {
                Fault::NotMultipart => Condition { "Content-Type" },
                Fault::Exists => Condition { "If-None-Match" },
                Fault::Refused(Refusal::TooLarge { max }) => MaxSizeAllowed { (max) },
                Fault::Refused(Refusal::TooSmall { min }) => MinSizeAllowed { (min) },
                Fault::InvalidField { field, .. } => ArgumentName { (field) },
                Fault::NoFile => ArgumentName { "file" },
                Fault::NotImplemented { field } => Header { (text(field)) },
                _ => {}
            }
        }
    })
}

pub(crate) fn post_response(receipt: &Receipt, etag: &str) -> String {
    document(&html! {
        PostResponse {
            Location { (receipt.location) }
            Bucket { (receipt.bucket) }
            Key { (text(&receipt.key)) }
            ETag { (etag) }
        }
    })
}

fn document(root: &Markup) -> String {
    html! { (PreEscaped(r#"<?xml version="1.0" encoding="UTF-8"?>"#)) "\n" (root) }.into_string()
}

/// Replaces the characters that XML cannot represent.
fn text(text: &str) -> String {
    let writable = |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if writable(c) { c } else { '\u{fffd}' }).collect()
}
