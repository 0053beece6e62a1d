//! Fuzzes confirmations: the state that a client sends, and a bucket's answer about an object. Laws: a state that the Worker did not
//! make finds no upload; what is confirmed has the size and the type that were granted.
//!
//! Input: the state, or nothing for the real one; then the headers of the bucket's answer, one in a line.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rules::{Effect, EffectResult, Fetched};
use serde_json::{Value, json};
use signpost::Site;
use signpost_fuzz::{Hostile, answer, nothing};

thread_local! {
    static SITE: LazyLock<Site> = const { LazyLock::new(signpost_fuzz::site) };
    static STATE: LazyLock<String> = const { LazyLock::new(state) };
}

/// Grants an upload, and returns the state with which it can be confirmed.
fn state() -> String {
    let body = br#"{"type":"image/png","size":7}"#;
    let headers = vec![("content-type", "application/json")];
    let request = Hostile { method: "POST", path: "/uploads/proof", headers, body };
    let granted = SITE.with(|site| answer(site, &request, nothing));
    let granted: Value = serde_json::from_str(&granted.body).expect("an answer is JSON");
    granted.get("confirm").and_then(Value::as_str).expect("a state").to_owned()
}

fuzz_target!(|input: (u16, &str, &str)| {
    let (status, sent, lines) = input;
    let headers = lines.lines().filter_map(|line| line.split_once(':'));
    let headers = headers.map(|(name, value)| (name.into(), value.trim().into())).collect();
    let found = EffectResult::Fetched(Fetched { status, headers, ..Fetched::default() });
    let state =
        if sent.is_empty() { STATE.with(|state| (*state).clone()) } else { sent.to_owned() };
    let body = json!({ "confirm": state }).to_string();
    let headers = vec![("content-type", "application/json")];
    let path = "/uploads/proof/confirm";
    let request = Hostile { method: "POST", path, headers, body: body.as_bytes() };
    let answer = SITE.with(|site| {
        answer(site, &request, |effect| match effect {
            Effect::BucketRequest { .. } => found.clone(),
            effect => nothing(effect),
        })
    });
    if answer.status == 200 {
        assert!(sent.is_empty() || STATE.with(|state| sent == state.as_str()));
        let object: Value = serde_json::from_str(&answer.body).expect("an answer is JSON");
        assert_eq!(object.get("size"), Some(&json!(7)));
        assert_eq!(object.get("type"), Some(&json!("image/png")));
    }
});
