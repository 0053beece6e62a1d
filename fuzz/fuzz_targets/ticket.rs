//! Fuzzes tickets. Law: a ticket is accepted only for its rule, within a day, and for a key that the rule's template can make.
//!
//! Input: the claims.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use signpost::Site;
use signpost_fuzz::{Hostile, NOW, answer, nothing, token};

thread_local! {
    static SITE: LazyLock<Site> = const { LazyLock::new(signpost_fuzz::site) };
}

const BODY: &[u8] = br#"{"type":"image/png","size":1,"filename":"a.png"}"#;

fuzz_target!(|claims: &[u8]| {
    let path =
        format!("/t/{}/uploads/ticket", token(br#"{"alg":"HS256"}"#, claims, "TICKET_SECRET"));
    let headers = vec![("content-type", "application/json")];
    SITE.with(|site| {
        let answer =
            answer(site, &Hostile { method: "POST", path: &path, headers, body: BODY }, nothing);
        if answer.status != 200 {
            return assert!((400..500).contains(&answer.status), "{}", answer.status);
        }
        let claims: Value = serde_json::from_slice(claims).expect("only JSON is accepted");
        assert_eq!(claims.get("rule"), Some(&"uploads/ticket".into()));
        let exp = claims.get("exp").and_then(Value::as_f64).expect("an end");
        assert!((NOW - 60.0..NOW + 86_461.0).contains(&exp), "{exp}");
        let granted: Value = serde_json::from_str(&answer.body).expect("an answer is JSON");
        let key = granted.get("key").and_then(Value::as_str).expect("a key");
        let rest = key.strip_prefix("tickets/").expect("below the rule's prefix");
        assert!(rest.contains('-') && !rest.contains('/'), "{key}");
    });
});
