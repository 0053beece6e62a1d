//! What a rate limit counts, on every route, by the pure function.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use rules::{Ambient, Effect, EffectResult, RequestHeaders, Results};
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
fn a_put_to_the_worker_is_counted_as_a_form() {
    let headers = Headers { content_length: Some("1000"), ..Headers::default() };
    let key = || String::from("forms/media network 203.0.113.0/24");
    assert_eq!(
        counted(&site(), "PUT", "/files/media/a", headers),
        [("FILMS".into(), key()), ("PICTURES".into(), key())]
    );
    assert_eq!(counted(&site(), "PUT", "/files/free/a", headers), []);
    assert_eq!(counted(&site(), "OPTIONS", "/files/media/a", headers), []);
    let (answer, _) = send(&site(), "PUT", "/files/media/a", headers, |_| EffectResult::No);
    let answer = answer.unwrap();
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("<Code>SlowDown</Code>"), "{}", answer.body);
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

/// The body of a request for four files, the second of which the rule rejects.
const FILES: &[u8] = br#"{"files":[{"type":"image/png","size":1},{"type":"a/b","size":1},{"type":"image/png","size":2},{"type":"image/png","size":3}]}"#;

#[test]
fn each_file_of_a_request_is_counted() {
    for (within, expected) in [
        (EffectResult::Yes, "200 415 200 200"),
        (EffectResult::Within(2), "200 415 200 429"),
        (EffectResult::Within(1), "200 415 429 429"),
        (EffectResult::No, "200 429 429 429"),
    ] {
        let (answer, counts) = send_files(FILES, &[EffectResult::Yes, within]);
        assert_eq!(counts, [1, 3], "the request itself, then the others");
        assert_eq!(answer.status, 200);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let files = body["files"].as_array().unwrap();
        let status = |file: &Value| file["error"]["status"].as_u64().unwrap_or(200).to_string();
        assert_eq!(files.iter().map(status).collect::<Vec<_>>().join(" "), expected);
        for file in files.iter().filter(|file| file["error"]["status"] == 429) {
            assert_eq!(file["error"]["retry_after"], 10, "{file}");
        }
    }
}

#[test]
fn a_request_for_files_is_refused_as_a_whole_if_nothing_is_left_or_the_limit_fails() {
    let (answer, counts) = send_files(FILES, &[EffectResult::No]);
    assert_eq!((answer.status, counts.as_slice()), (429, [1].as_slice()));
    let (answer, counts) = send_files(FILES, &[EffectResult::Yes, EffectResult::Failed]);
    assert_eq!((answer.status, counts.as_slice()), (503, [1, 3].as_slice()));
    let one = br#"{"files":[{"type":"image/png","size":1}]}"#;
    let (answer, counts) = send_files(one, &[EffectResult::Yes]);
    assert_eq!((answer.status, counts.as_slice()), (200, [1].as_slice()));
    let (answer, counts) = send_files(br#"{"files":[]}"#, &[EffectResult::Yes]);
    assert_eq!((answer.status, counts.as_slice()), (400, [1].as_slice()));
}

#[test]
fn the_log_line_says_how_many_were_refused_and_names_every_object() {
    let line = |within| {
        let (answer, _) = send_files(FILES, &[EffectResult::Yes, within]);
        let line = answer.record.into_line(0).unwrap();
        serde_json::from_str::<Value>(&line).unwrap()
    };
    let granted = line(EffectResult::Within(2));
    assert_eq!((&granted["outcome"], &granted["refused"]), (&json!("granted"), &json!(2)));
    assert_eq!(granted["code"], "UnsupportedMediaType", "of the first that was refused");
    assert_eq!(granted["key_hashes"].as_array().unwrap().len(), 2);
    assert_eq!(granted["key_hash"], Value::Null);
    let all: &[u8] = br#"{"files":[{"type":"a/b","size":1},{"type":"a/b","size":1}]}"#;
    let (answer, _) = send_files(all, &[EffectResult::Yes, EffectResult::Yes]);
    let refused: Value = serde_json::from_str(&answer.record.into_line(0).unwrap()).unwrap();
    assert_eq!((&refused["outcome"], &refused["refused"]), (&json!("refused"), &json!(2)));
    assert_eq!(refused["key_hashes"], Value::Null);
}

/// Sends files to a rule with a limit, and returns the answer and how often each effect counted.
fn send_files(body: &[u8], results_of_counts: &[EffectResult]) -> (Answer, Vec<u8>) {
    let site = site();
    let url = Url::new("https://signpost.example.com/uploads/film");
    let (mut results, mut counts) = (Results::default(), Vec::new());
    loop {
        let headers = Headers::default();
        let request = Request { method: "POST", url, headers, body: Some(body), results: &results };
        match respond(&site, &request, ambient()) {
            Action::Perform(effect) => {
                let Effect::Limit { count, .. } = effect else { panic!("{effect:?}") };
                results.insert(effect, results_of_counts[counts.len()].clone());
                counts.push(count);
            }
            Action::Answer(answer) => return (answer, counts),
            action => panic!("{action:?}"),
        }
    }
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
            Action::Perform(effect @ Effect::ReadHeaders) => {
                results.insert(effect, EffectResult::Headers(RequestHeaders::default()));
            }
            Action::Perform(effect) => {
                let Effect::Limit { binding, key, count: 1 } = &effect else {
                    panic!("{effect:?}")
                };
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
        (!name.ends_with("_EXPIRATION")).then(|| "a-secret-of-at-least-thirty-two-bytes".into())
    });
    assert!(site.errors().is_empty(), "{:?}", site.errors());
    site
}

fn ambient() -> Ambient {
    Ambient { now: UnixTime::from_secs(1_795_460_400), random: || [7; 16] } // 2026-11-23T19:00:00Z
}
