//! The HTTP contract, `contract/cases.json`, against the pure function.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

#[path = "../contract/case.rs"]
mod case;

use rules::{Ambient, Results};
use serde_json::Value;
use signer::UnixTime;
use signpost::{Action, Answer, Headers, Request, Site, Url, respond};

use case::{ORIGIN, check, read};

#[test]
fn every_case_is_answered_as_the_contract_says() {
    let (site, cases) = (site(), read(include_str!("../contract/cases.json")));
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
fn no_answer_contains_a_secret_beyond_its_purpose() {
    let (config, cases) =
        (read(include_str!("../contract/site.json")), read(include_str!("../contract/cases.json")));
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
fn a_wrong_configuration_answers_503_everywhere_and_reveals_only_places() {
    let vars = read(r#"{ "BUCKETS": { "media": { "provider": "hunter2" } } }"#);
    let site = Site::new(vars.as_object().unwrap(), |_| None);
    let names: Vec<_> = rules::Provider::all().iter().map(rules::Provider::name).collect();
    assert_eq!(
        site.errors().iter().map(ToString::to_string).collect::<Vec<_>>(),
        [format!(
            r#"BUCKETS.media.provider: expected one of {}, found "hunter2""#,
            names.join(", ")
        )]
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
fn a_body_with_too_large_a_content_length_is_refused_unread() {
    let headers =
        |content_length| Headers { content_length: Some(content_length), ..Headers::default() };
    let url = format!("{ORIGIN}/uploads/picture");
    let action = |length| {
        let request = Request {
            method: "POST",
            url: Url::new(&url),
            headers: headers(length),
            body: None,
            results: Results::NONE,
        };
        respond(&site(), &request, ambient())
    };
    assert!(matches!(action("262144"), Action::ReadBody { max_bytes: 262_144 }));
    assert!(matches!(action("262145"), Action::Answer(answer) if answer.status == 413));
}

fn site() -> Site {
    let config = read(include_str!("../contract/site.json"));
    let secrets = config["secrets"].as_object().unwrap().clone();
    let secret = move |name: &str| secrets.get(name)?.as_str().map(str::to_owned);
    let site = Site::new(config["vars"].as_object().unwrap(), secret);
    assert!(site.errors().is_empty(), "{:?}", site.errors());
    site
}

/// No case of the contract needs an effect.
fn send(site: &Site, request: &Value) -> Answer {
    case::send(site, request, ambient(), |effect| panic!("{effect:?}"))
}

fn ambient() -> Ambient {
    Ambient { now: UnixTime::from_secs(1_795_460_400), random: || [0xab; 16] } // 2026-11-23T19:00:00Z
}
