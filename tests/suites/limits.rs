//! What a rate limit counts, on every route, by the pure function.

#![allow(
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use rules::{Ambient, Effect, EffectResult, Results};
use serde_json::{Value, json};
use signer::UnixTime;
use signpost::{Action, Answer, Headers, Request, Site, Url, respond};

const ADDRESS: (&str, &str) = ("cf-connecting-ip", "203.0.113.7");

#[test]
fn a_page_cannot_multiply_its_limit_by_another_origin() {
    let counted = |origin| {
        let headers = Headers { origin, ..Headers::default() };
        counted(&site(), "POST", "/uploads/picture", headers)
    };
    let expected = [("PICTURES".into(), "uploads/picture network 203.0.113.0/24".into())];
    for origin in [None, Some("https://www.example.com"), Some("https://shop.example.com")] {
        assert_eq!(counted(origin), expected, "{origin:?}");
    }
}

#[test]
fn a_form_is_counted_against_each_limit_of_its_bucket_before_it_is_read() {
    let headers = Headers { content_length: Some("1000"), ..Headers::default() };
    let key = || String::from("forms/media network 203.0.113.0/24");
    assert_eq!(
        counted(&site(), "POST", "/forms/media/", headers),
        [("FILMS".into(), key()), ("PICTURES".into(), key())]
    );
    assert_eq!(counted(&site(), "POST", "/forms/free/", headers), []);
    assert_eq!(counted(&site(), "GET", "/forms/media/", headers), []);
    assert_eq!(counted(&site(), "OPTIONS", "/forms/media/", headers), []);
}

#[test]
fn a_form_above_a_limit_is_refused_as_s3_does() {
    let headers = Headers { origin: Some("https://www.example.com"), ..Headers::default() };
    let refused = |result: EffectResult| {
        let (answer, _) = send(&site(), "POST", "/forms/media/", headers, |_| result.clone());
        answer.unwrap()
    };
    let answer = refused(EffectResult::No);
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("<Code>SlowDown</Code>"), "{}", answer.body);
    let header =
        |name| answer.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| &**value);
    assert_eq!(header("retry-after"), Some("10"));
    assert_eq!(header("access-control-allow-origin"), Some("https://www.example.com"));
    assert!(header("access-control-expose-headers").unwrap().contains("Retry-After"));

    let answer = refused(EffectResult::Failed);
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("<Code>ServiceUnavailable</Code>"), "{}", answer.body);
}

/// Sends a request whose limits are not reached, and returns the bindings and what they counted.
fn counted(site: &Site, method: &str, path: &str, headers: Headers<'_>) -> Vec<(String, String)> {
    send(site, method, path, headers, |_| EffectResult::Yes).1
}

/// Returns the answer, unless the body must be read first, and what was counted.
fn send(
    site: &Site,
    method: &str,
    path: &str,
    headers: Headers<'_>,
    result: impl Fn(&str) -> EffectResult,
) -> (Option<Answer>, Vec<(String, String)>) {
    let url = format!("https://signpost.example.com{path}");
    let rule_headers: Vec<_> = site
        .headers()
        .iter()
        .map(|name| (*name, (*name == ADDRESS.0).then(|| ADDRESS.1.to_owned())))
        .collect();
    assert!(rule_headers.iter().any(|(name, _)| *name == ADDRESS.0), "the shell reads the address");
    let headers = Headers { address: Some(ADDRESS.1), rule_headers: &rule_headers, ..headers };
    let (mut results, mut counted) = (Results::default(), Vec::new());
    loop {
        let request =
            Request { method, url: Url::new(&url), headers, body: None, results: &results };
        match respond(site, &request, ambient()) {
            Action::Perform(effect) => {
                let Effect::Limit { binding, key } = &effect else { panic!("{effect:?}") };
                let result = result(binding);
                counted.push((binding.clone(), key.clone()));
                results.insert(effect, result);
            }
            Action::Answer(answer) => return (Some(answer), counted),
            _ => return (None, counted),
        }
    }
}

fn site() -> Site {
    let bucket = |binding| json!({ "provider": "r2", "name": "media", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": "MEDIA", "binding": binding });
    let rule = |bucket, limit: Value| {
        let mut rule = json!({
            "bucket": bucket, "callers": ["anyone"], "origins": ["https://www.example.com", "https://shop.example.com"],
            "key": "pictures/{uuid}", "types": ["image/png"], "max_size": "1 MiB", "expires": "1 min",
        });
        if !limit.is_null() {
            rule.as_object_mut().unwrap().insert("limit".into(), limit);
        }
        rule
    };
    let limit = json!({ "binding": "FILMS", "period": 10 });
    let vars = json!({
        "BUCKETS": { "media": bucket("MEDIA"), "free": bucket("FREE") },
        "CALLERS": { "anyone": { "kind": "anyone" } },
        "UPLOADS": {
            "film": rule("media", limit.clone()), "more-films": rule("media", limit), "open": rule("media", Value::Null),
            "picture": rule("media", json!("PICTURES")), "free": rule("free", Value::Null),
        },
    });
    let site = Site::new(vars.as_object().unwrap(), |name| {
        (!name.ends_with("_EXPIRATION")).then(|| "a-secret".into())
    });
    assert!(site.errors().is_empty(), "{:?}", site.errors());
    site
}

fn ambient() -> Ambient {
    Ambient { now: UnixTime::from_secs(1_795_460_400), random: || [7; 16] } // 2026-11-23T19:00:00Z
}
