//! Authentication by every kind of caller, `callers/frozen.json`, natively, at the instant it was written down.
//!
//! The signatures are verified by `ring`, in the platform's place.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

#[path = "../contract/case.rs"]
mod case;

extern crate alloc;

use alloc::collections::BTreeSet;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use ring::signature;
use rules::{Ambient, Effect, EffectResult, Fetched};
use serde_json::{Value, json};
use signer::UnixTime;
use signpost::{Answer, Site};

use case::{check, read};

#[test]
fn every_case_is_answered_as_written_down() {
    let frozen = frozen();
    let mut failures = Vec::new();
    for case in frozen["cases"].as_array().unwrap() {
        // A site for each: what one has fetched helps no other.
        let answer = send(&site(), &case["request"], &frozen);
        if let Err(why) = check(&answer, &case["expect"]) {
            failures.push(format!("{}: {why}\n  {} {}", case["name"], answer.status, answer.body));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(frozen["cases"].as_array().unwrap().len() > 400);
}

#[test]
fn no_token_and_no_secret_shows_in_an_answer_or_a_record() {
    let (frozen, config) = (frozen(), read(include_str!("../callers/site.json")));
    let secrets = config["secrets"].as_object().unwrap();
    let hidden = secrets.iter().filter(|(name, _)| !name.ends_with("_ACCESS_KEY_ID"));
    let hidden: Vec<_> = hidden.map(|(_, value)| value.as_str().unwrap()).collect();
    for case in frozen["cases"].as_array().unwrap() {
        let answer = send(&site(), &case["request"], &frozen);
        let record = answer.record.clone().into_line(1).unwrap();
        let all = format!("{}{:?}{record}{answer:?}", answer.body, answer.headers);
        for secret in &hidden {
            assert!(!all.contains(secret), "a secret in the answer to {}", case["name"]);
        }
        for token in tokens(&case["request"]) {
            assert!(!all.contains(token), "the token in the answer to {}: {all}", case["name"]);
        }
        for part in ["X-Amz-", "contract.txt", "a.txt", "u7.pdf"] {
            assert!(!record.contains(part), "{record}");
        }
    }
}

#[test]
fn the_record_says_what_is_wrong_with_an_invalid_token() {
    let frozen = frozen();
    let mut shown = BTreeSet::new();
    for case in frozen["cases"].as_array().unwrap() {
        let answer = send(&site(), &case["request"], &frozen);
        let record = read(&answer.record.clone().into_line(1).unwrap());
        let fault = record.get("token").map(|fault| fault.as_str().unwrap().to_owned());
        assert_eq!(fault.is_some(), record["code"] == "InvalidToken", "{}: {record}", case["name"]);
        for (sentence, expected) in [
            ("different audience", "audience"),
            ("different issuer", "issuer"),
            ("invalid signature", "signature"),
            ("`alg`", "algorithm"),
            ("does not publish", "key"),
            ("lacks a required claim", "claim"),
            ("subject", "subject"),
            ("not valid yet", "time"),
            ("three parts", "malformed"),
            ("`Authorization` must be", "malformed"),
            ("not valid for this rule", "unknown"),
        ] {
            if fault.is_some() && answer.body.contains(sentence) {
                assert_eq!(fault.as_deref(), Some(expected), "{}: {}", case["name"], answer.body);
            }
        }
        shown.extend(fault);
    }
    let expected = [
        "algorithm",
        "audience",
        "claim",
        "issuer",
        "key",
        "malformed",
        "signature",
        "subject",
        "time",
        "turnstile",
        "unknown",
    ];
    assert_eq!(shown, BTreeSet::from(expected.map(String::from)), "no other words");
}

#[test]
fn the_record_says_which_keys_are_missing_and_why_without_the_query_of_their_url() {
    let (frozen, mut config) = (frozen(), read(include_str!("../callers/site.json")));
    let callers = config["vars"]["CALLERS"].as_object_mut().unwrap();
    let (name, caller) =
        callers.iter_mut().find(|(_, caller)| caller.get("jwks").is_some()).unwrap();
    let name = name.clone();
    caller["jwks"] = json!("https://login.example.com/jwks?code=of-the-issuer");
    let fetched = |status, body: &str| {
        EffectResult::Fetched(Fetched { status, body: body.into(), ..Fetched::default() })
    };
    for (result, failure) in [
        (EffectResult::Failed, json!({ "failure": "unreachable" })),
        (fetched(404, ""), json!({ "failure": "status", "status": 404 })),
        (fetched(200, "<html>"), json!({ "failure": "malformed" })),
    ] {
        let mut expected = json!({ "caller": name, "url": "https://login.example.com/jwks" });
        expected.as_object_mut().unwrap().extend(failure.as_object().unwrap().clone());
        let mut records = 0;
        for case in frozen["cases"].as_array().unwrap() {
            let secret = |name: &str| config["secrets"][name].as_str().map(Into::into);
            let site = Site::new(config["vars"].as_object().unwrap(), secret);
            let now = UnixTime::from_secs(frozen["now"].as_u64().unwrap());
            let ambient = Ambient { now, random: || [0xab; 16] };
            let answer = case::send(&site, &case["request"], ambient, |effect| match effect {
                Effect::Fetch { form: None, .. } => result.clone(),
                _ => EffectResult::Failed,
            });
            let line = answer.record.clone().into_line(1).unwrap();
            assert!(!line.contains("of-the-issuer"), "{line}");
            let record = read(&line);
            if let Some(missing) =
                record.get("missing_keys").filter(|missing| missing["caller"] == name)
            {
                assert_eq!((missing, &record["status"]), (&expected, &json!(503)));
                records += 1;
            }
        }
        assert!(records > 0, "{failure}");
    }
}

#[test]
fn a_page_of_another_site_cannot_embed_what_a_worker_opens_for_its_caller() {
    let mut config = read(include_str!("../callers/site.json"));
    config["vars"]["CALLERS"]["members"] = json!({ "kind": "worker" });
    config["vars"]["DOWNLOADS"]["album"] = json!({ "bucket": "media", "callers": ["members"], "key": "album/{caller}/{path}", "expires": "1 min" });
    let secret = |name: &str| (!name.ends_with("_EXPIRATION")).then(|| "a-secret".into());
    let site = Site::new(config["vars"].as_object().unwrap(), secret);
    let ambient = Ambient { now: UnixTime::from_secs(1_795_460_400), random: || [0xab; 16] }; // 2026-11-23T19:00:00Z
    for (site_header, mode, dest, status) in [
        ("cross-site", "no-cors", "image", 403),
        ("same-site", "navigate", "iframe", 403),
        ("cross-site", "navigate", "document", 302),
        ("same-origin", "no-cors", "image", 302),
    ] {
        let headers = json!({ "sec-fetch-site": site_header, "sec-fetch-mode": mode, "sec-fetch-dest": dest });
        let request = json!({ "method": "GET", "path": "/downloads/album/a", "headers": headers });
        let answer = case::send(&site, &request, ambient, |effect| match effect {
            Effect::NameCaller => EffectResult::Named(
                serde_json::from_value(json!({ "name": "ada", "claims": {} })).unwrap(),
            ),
            _ => EffectResult::Failed,
        });
        assert_eq!(answer.status, status, "{headers}: {}", answer.body);
    }
}

#[test]
fn no_link_from_another_site_changes_what_its_visitor_has_left() {
    let origins = json!(["https://www.example.com"]);
    let upload = json!({ "bucket": "media", "callers": ["members"], "origins": origins, "key": "album/{caller}/{uuid}.png", "types": ["image/png"], "max_size": "1 MiB", "expires": "5 min", "uploaders": true });
    let mut counted = upload.clone();
    counted["quota"] = json!({ "files": 9, "per": "day" });
    let short = json!({ "bucket": "media", "callers": ["members"], "origins": origins, "key": "album/{caller}/{path}", "expires": "5 min", "uses": 2 });
    let vars = json!({
        "BUCKETS": { "media": { "provider": "aws", "name": "acme-media", "region": "eu-west-1", "credentials": "MEDIA" } },
        "CALLERS": { "members": { "kind": "worker" } },
        "UPLOADS": { "free": upload, "counted": counted },
        "DOWNLOADS": { "short": short },
    });
    let secret = |name: &str| {
        (!name.ends_with("_EXPIRATION")).then(|| "a-secret-of-at-least-thirty-two-bytes".into())
    };
    let site = Site::new(vars.as_object().unwrap(), secret);
    assert!(site.errors().is_empty(), "{:?}", site.errors());
    let ambient = Ambient { now: UnixTime::from_secs(1_795_460_400), random: || [0xab; 16] }; // 2026-11-23T19:00:00Z
    let reaches = |path: &str, site_header: &str, referer: Option<&str>| {
        let changed = core::cell::Cell::new(false);
        let headers = json!({ "sec-fetch-site": site_header, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "referer": referer });
        let request = json!({ "method": "GET", "path": path, "headers": headers });
        let answer = case::send(&site, &request, ambient, |effect| match effect {
            Effect::NameCaller => EffectResult::Named(
                serde_json::from_value(json!({ "name": "ada", "claims": {} })).unwrap(),
            ),
            Effect::ChangeState { .. } => {
                changed.set(true);
                EffectResult::Failed
            }
            _ => EffectResult::Failed,
        });
        (answer.status, changed.get())
    };
    let params = "s3/params?filename=a.png&type=image/png";
    for path in
        ["/uploads/counted", &format!("/uploads/counted/{params}"), "/downloads/short/a?json"]
    {
        for site in ["cross-site", "same-site"] {
            assert_eq!(reaches(path, site, None), (403, false), "{path} {site}");
            let page = Some("https://www.example.com/");
            assert_eq!(reaches(path, site, page), (503, true), "{path}: a page of the rule");
        }
        assert_eq!(reaches(path, "none", None), (503, true), "{path}: typed");
    }
    assert_eq!(reaches("/uploads/free", "cross-site", None), (200, false));
}

/// What a request presents, and each of its parts that is long enough to be missed.
fn tokens(request: &Value) -> Vec<&str> {
    let headers = request["headers"].as_object().into_iter().flatten();
    let headers = headers.filter(|(name, _)| {
        !(matches!(name.as_str(), "origin" | "referer") || name.starts_with("sec-fetch-"))
    });
    let headers = headers.filter_map(|(_, value)| value.as_str());
    let ticket = request["path"]
        .as_str()
        .unwrap()
        .strip_prefix("/t/")
        .and_then(|path| path.split('/').next());
    headers
        .chain(ticket)
        .flat_map(|text| text.split([' ', '.']))
        .filter(|part| part.len() > 12)
        .collect()
}

fn send(site: &Site, request: &Value, frozen: &Value) -> Answer {
    let now = UnixTime::from_secs(frozen["now"].as_u64().unwrap());
    case::send(site, request, Ambient { now, random: || [0xab; 16] }, |effect| match effect {
        Effect::Fetch { url, form: None, .. } if is_issuer(url) => EffectResult::Fetched(Fetched {
            status: 200,
            body: frozen["jwks"].to_string(),
            ..Fetched::default()
        }),
        Effect::Verify { algorithm, jwk, data, signature } => {
            if verify(algorithm, &read(jwk), data, signature).is_ok() {
                EffectResult::Yes
            } else {
                EffectResult::No
            }
        }
        _ => EffectResult::Failed,
    })
}

fn is_issuer(url: &str) -> bool {
    ["https://login.example.com/jwks", "https://acme.cloudflareaccess.com/cdn-cgi/access/certs"]
        .contains(&url)
}

fn verify(
    algorithm: &str,
    jwk: &Value,
    data: &str,
    signature: &str,
) -> Result<(), ring::error::Unspecified> {
    let member = |name: &str| BASE64_URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    let signed = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    let rsa = |parameters| {
        let key = signature::RsaPublicKeyComponents { n: member("n"), e: member("e") };
        key.verify(parameters, data.as_bytes(), &signed)
    };
    let plain = |algorithm, key: Vec<u8>| {
        signature::UnparsedPublicKey::new(algorithm, key).verify(data.as_bytes(), &signed)
    };
    match algorithm {
        "RS256" => rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
        "PS256" => rsa(&signature::RSA_PSS_2048_8192_SHA256),
        "ES256" => {
            plain(&signature::ECDSA_P256_SHA256_FIXED, [vec![4], member("x"), member("y")].concat())
        }
        "EdDSA" => plain(&signature::ED25519, member("x")),
        other => panic!("{other}"),
    }
}

fn site() -> Site {
    let config = read(include_str!("../callers/site.json"));
    let secrets = config["secrets"].as_object().unwrap().clone();
    let site = Site::new(config["vars"].as_object().unwrap(), |name| {
        Some(secrets.get(name)?.as_str()?.into())
    });
    assert!(site.errors().is_empty(), "{:?}", site.errors());
    assert_eq!(site.missing_secrets(), <[&rules::SecretName; 0]>::default());
    site
}

fn frozen() -> Value {
    read(include_str!("../callers/frozen.json"))
}
