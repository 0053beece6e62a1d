//! The HTTP contract, `contract/cases.json`, against the pure function.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use regex::Regex;
use rules::{Facts, Moment};
use serde_json::{Map, Value};
use signer::UnixTime;
use signpost::{Answer, Headers, Request, Site, Step, respond};

const ORIGIN: &str = "http://signpost.example.com";

#[test]
fn every_case_is_answered_as_the_contract_says() {
    let (site, cases) = (site(), read(include_str!("contract/cases.json")));
    let mut failures = Vec::new();
    for case in cases.as_array().unwrap() {
        let answer = send(&site, &case["request"]);
        if let Err(why) = check(&answer, &case["expect"]) {
            failures.push(format!("{}: {why}\n  {} {}", case["name"], answer.status, answer.body));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn no_answer_but_its_purpose_holds_a_secret() {
    let (config, cases) =
        (read(include_str!("contract/site.json")), read(include_str!("contract/cases.json")));
    let secrets = config["secrets"].as_object().unwrap();
    for case in cases.as_array().unwrap() {
        let answer = send(&site(), &case["request"]);
        let debug = format!("{answer:?}");
        for (name, value) in secrets.iter().map(|(name, value)| (name, value.as_str().unwrap())) {
            // A URL names the access key's id, and carries the session token.
            let public = name.ends_with("_SESSION_TOKEN") || name.ends_with("_ACCESS_KEY_ID");
            if !value.is_empty() && !public {
                let sent = format!("{:?}{}{debug}", answer.headers, answer.body);
                assert!(!sent.contains(value), "{name} in the answer to {}", case["name"]);
            }
        }
        assert!(!debug.contains("X-Amz-Signature"), "{debug}");
    }
}

#[test]
fn a_configuration_that_is_not_right_answers_503_everywhere_but_tells_only_places() {
    let vars = read(r#"{ "BUCKETS": { "media": { "provider": "hunter2" } } }"#);
    let site = Site::new(vars.as_object().unwrap(), |_| None);
    assert_eq!(
        site.errors().iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            r#"BUCKETS.media.provider: expected one of aws, r2, b2, tigris, minio, garage, spaces, scaleway, ovh, wasabi, hetzner, custom, found "hunter2""#
        ]
    );
    for path in ["/", "/healthz", "/uploads/picture", "/downloads/picture/a"] {
        let answer = send(&site, &read(&format!(r#"{{ "method": "GET", "path": "{path}" }}"#)));
        assert_eq!(answer.status, 503, "{path}");
        assert!(!answer.body.contains("hunter2"), "{}", answer.body);
    }
    let health = send(&site, &read(r#"{ "method": "GET", "path": "/healthz" }"#));
    assert_eq!(
        health.body,
        r#"{"status":"not configured","configuration":["BUCKETS.media.provider"]}"#
    );
}

#[test]
fn a_body_that_says_it_is_too_long_is_refused_unread() {
    let headers =
        |content_length| Headers { content_length: Some(content_length), ..Headers::default() };
    let url = format!("{ORIGIN}/uploads/picture");
    let step = |length| {
        let request = Request {
            method: "POST",
            url: &url,
            headers: headers(length),
            body: None,
            facts: Facts::NONE,
        };
        respond(&site(), &request, moment())
    };
    assert!(matches!(step("16384"), Step::ReadBody { max_bytes: 16_384 }));
    assert!(matches!(step("16385"), Step::Answer(answer) if answer.status == 413));
}

fn site() -> Site {
    let config = read(include_str!("contract/site.json"));
    let secrets = config["secrets"].as_object().unwrap().clone();
    let secret = move |name: &str| secrets.get(name)?.as_str().map(str::to_owned);
    let site = Site::new(config["vars"].as_object().unwrap(), secret);
    assert!(site.errors().is_empty(), "{:?}", site.errors());
    site
}

/// Sends a case's request; its body only once it is asked for, as the entry does.
fn send(site: &Site, request: &Value) -> Answer {
    let text = |name: &str| request[name].as_str().map(expand);
    let (method, path) = (text("method").unwrap(), text("path").unwrap());
    let body: Vec<u8> = match (&request["json"], &request["bytes"]) {
        (Value::Null, Value::Null) => text("body").unwrap_or_default().into_bytes(),
        (Value::Null, bytes) => serde_json::from_value(bytes.clone()).unwrap(),
        (json, _) => expand(&json.to_string()).into_bytes(),
    };
    let (length, none) = (body.len().to_string(), Map::new());
    let headers = request["headers"].as_object().unwrap_or(&none);
    let header = |name: &str| headers.get(name).and_then(Value::as_str).map(expand);
    let (accept, authorization, origin) =
        (header("accept"), header("authorization"), header("origin"));
    let headers = Headers {
        accept: accept.as_deref(),
        authorization: authorization.as_deref(),
        content_length: Some(&length),
        origin: origin.as_deref(),
        ..Headers::default()
    };
    let url = format!("{ORIGIN}{path}");
    let (body_unread, facts) = (None, Facts::NONE);
    let request = Request { method: &method, url: &url, headers, body: body_unread, facts };
    match respond(site, &request, moment()) {
        Step::Answer(answer) => answer,
        Step::Need(need) => panic!("{need:?}"),
        Step::ReadBody { .. } => {
            match respond(site, &Request { body: Some(&body), ..request }, moment()) {
                Step::Answer(answer) => answer,
                other => panic!("after the body: {other:?}"),
            }
        }
    }
}

fn check(answer: &Answer, expect: &Value) -> Result<(), String> {
    if answer.status != expect["status"] {
        return Err(format!("expected status {}", expect["status"]));
    }
    for (name, expected) in expect["headers"].as_object().into_iter().flatten() {
        let found = answer.headers.iter().find(|(header, _)| header == name);
        let found = found.map_or(Value::Null, |(_, value)| value.as_ref().into());
        matches(&found, expected, name)?;
    }
    if expect["empty"] == true && !answer.body.is_empty() {
        return Err("expected no body".into());
    }
    for text in expect["body"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !answer.body.contains(text) {
            return Err(format!("expected {text} in the body"));
        }
    }
    if let Some(code) = expect["code"].as_str() {
        let problem = read(&answer.body);
        matches(&problem["code"], &code.into(), "code")?;
        matches(&problem["status"], &expect["status"], "status")?;
        matches(&problem["title"], &"/^[A-Z]/".into(), "title")?;
        matches(&problem["detail"], expect.get("detail").unwrap_or(&"/^.{10}/".into()), "detail")?;
    }
    expect.get("json").map_or(Ok(()), |json| matches(&read(&answer.body), json, "json"))
}

/// A text is exact or a `/regular expression/`; an object has the same members.
fn matches(found: &Value, expected: &Value, place: &str) -> Result<(), String> {
    if let (Some(found), Some(expected)) = (found.as_object(), expected.as_object()) {
        for name in found.keys().chain(expected.keys()) {
            let of = |object: &Map<String, Value>| object.get(name).cloned().unwrap_or(Value::Null);
            matches(&of(found), &of(expected), &format!("{place}.{name}"))?;
        }
        return Ok(());
    }
    let pattern = expected.as_str().and_then(|text| text.strip_prefix('/')?.strip_suffix('/'));
    let fits = match (pattern, found.as_str()) {
        (Some(pattern), Some(found)) => {
            Regex::new(&pattern.replace(r"\/", "/")).unwrap().is_match(found)
        }
        _ => found == expected,
    };
    if fits { Ok(()) } else { Err(format!("{place}: expected {expected}, found {found}")) }
}

/// `{9000}` is that many letters.
fn expand(text: &str) -> String {
    let letters = |found: &regex::Captures<'_>| "k".repeat(found[1].parse().unwrap());
    Regex::new(r"\{(\d+)\}").unwrap().replace_all(text, letters).into_owned()
}

fn moment() -> Moment {
    Moment { now: UnixTime::from_secs(1_795_460_400), random: || [0xab; 16] } // 2026-11-23T19:00:00Z
}

fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}
