//! The WebAssembly function that the web page calls.

#![expect(
    clippy::needless_pass_by_value,
    unreachable_pub,
    reason = "wasm-bindgen passes owned lists, and exports only `pub` functions"
)]

use serde_json::json;
use signer::{Credentials, UnixTime};
use wasm_bindgen::prelude::*;

use crate::context::Context;
use crate::evidence::{Evidence, Sent};
use crate::explain::explain;
use crate::read::{combined, read};
use crate::unreadable::Unreadable;

/// Explains texts about one request, as JSON: `{"diagnoses": [...]}`, or `{"unreadable": why}`.
///
/// Everything but `now`, in seconds since 1970, may be empty; `headers` has one in each line.
#[wasm_bindgen(js_name = explainTexts)]
#[must_use]
pub fn explain_texts(
    texts: Vec<String>,
    method: &str,
    headers: &str,
    access_key_id: &str,
    secret: &str,
    now: u32,
) -> String {
    let credentials = Credentials::new(access_key_id, secret);
    let credentials = (!secret.is_empty()).then_some(credentials);
    let context = Context { credentials, ..Context::at(UnixTime::from_secs(now.into())) };
    match evidence(&texts, Sent::from_lines(method, headers.lines())) {
        Err(why) => json!({ "unreadable": why.to_string() }),
        Ok(all) => {
            let diagnoses: Vec<_> =
                all.iter().map(|evidence| explain(evidence, &context)).collect();
            json!({ "diagnoses": diagnoses })
        }
    }
    .to_string()
}

fn evidence(texts: &[String], sent: Option<Sent>) -> Result<Vec<Evidence>, Unreadable> {
    let mut texts = texts.iter().filter(|text| !text.trim().is_empty()).peekable();
    if texts.peek().is_none() {
        return Err(Unreadable("there is no input"));
    }
    let sent_only = vec![Evidence { sent, ..Evidence::default() }];
    texts.try_fold(sent_only, |all, text| Ok(combined(&all, &read(text)?)))
}
