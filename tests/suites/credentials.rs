//! Credentials that expire, and two sets of them during a rotation.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

#[path = "../contract/case.rs"]
mod case;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use ring::hmac;
use rules::{Ambient, EffectResult, Fetched};
use serde_json::{Value, json};
use signer::UnixTime;
use signpost::{Answer, Site};

use case::{check, read};

const OLD: [(&str, &str); 2] =
    [("OLD_ACCESS_KEY_ID", "old-id"), ("OLD_SECRET_ACCESS_KEY", "old-secret")];
const NEW: [(&str, &str); 2] =
    [("NEW_ACCESS_KEY_ID", "new-id"), ("NEW_SECRET_ACCESS_KEY", "new-secret")];

const TICKET_SECRET: &str = "a-secret-for-tickets-of-tests-only";
const NOW: u64 = 1_795_460_400; // 2026-11-23T19:00:00Z

#[test]
fn an_answer_expires_with_its_credentials_and_says_so() {
    let site = site(
        &[
            &OLD[..],
            &[("OLD_SESSION_TOKEN", "session"), ("OLD_EXPIRATION", "2026-11-23T19:05:00Z")],
        ]
        .concat(),
    );
    let upload = upload(&site);
    let body = read(&upload.body);
    assert_eq!(body["expires"], "2026-11-23T19:05:00Z");
    assert_eq!(body["expires_with"], "credentials");
    assert_eq!(header(&upload, "signpost-expires-with"), Some("credentials"));
    assert_eq!(header(&download(&site), "signpost-expires-with"), Some("credentials"));
    assert!(header(&download(&site), "location").unwrap().contains("X-Amz-Expires=300&"));
    let page = send(&site, &json!({ "method": "GET", "path": "/uploads/u" }));
    assert_eq!((page.status, header(&page, "signpost-expires-with")), (200, Some("credentials")));
    assert!(upload.record.clone().into_line(0).unwrap().contains(r#""ends_with":"credentials""#));
}

#[test]
fn an_upload_in_parts_ends_with_its_credentials_and_says_so() {
    let site = site(&[&OLD[..], &[("OLD_EXPIRATION", "2026-11-23T19:30:00Z")]].concat());
    let begun = begin(&site, &json!({}));
    let body = read(&begun.body);
    assert_eq!(body["expires"], "2026-11-23T19:30:00Z");
    assert_eq!(body["expires_with"], "credentials");
    assert_eq!(header(&begun, "signpost-expires-with"), Some("credentials"));
    assert!(begun.record.clone().into_line(0).unwrap().contains(r#""ends_with":"credentials""#));
    let sign = format!("/uploads/m/multipart/{}?sign=1", body["uploadId"].as_str().unwrap());
    let sign = |after| send_at(&site, &json!({ "method": "GET", "path": sign }), NOW + after);
    assert_eq!(read(&sign(29 * 60).body)["parts"][0]["expires"], "2026-11-23T19:30:00Z");
    assert_eq!(sign(30 * 60).status, 404);
}

#[test]
fn an_upload_in_parts_ends_with_its_ticket_and_says_so() {
    let site = site(&OLD);
    let begun = begin(&site, &ticket(NOW + 600));
    let body = read(&begun.body);
    assert_eq!(body["expires"], "2026-11-23T19:11:00Z", "with a tolerance of a minute");
    assert_eq!(body["expires_with"], "ticket");
    let sign = format!("/uploads/m/multipart/{}?sign=1", body["uploadId"].as_str().unwrap());
    let sign = |ticket, at| {
        send_at(&site, &json!({ "method": "GET", "path": sign, "headers": ticket }), at)
    };
    let part = read(&sign(ticket(NOW + 600), NOW + 60).body)["parts"][0].clone();
    assert_eq!([&part["expires"], &part["expires_with"]], ["2026-11-23T19:11:00Z", "ticket"]);
    let part = read(&sign(ticket(NOW + 6_000), NOW + 60).body)["parts"][0].clone();
    assert_eq!([&part["expires"], &part["expires_with"]], ["2026-11-23T19:11:00Z", "upload"]);
    assert_eq!(sign(ticket(NOW + 6_000), NOW + 660).status, 404);
}

#[test]
fn a_part_expires_no_later_than_its_upload() {
    const END: u64 = NOW + 86_400;
    let site = site(&OLD);
    let body = read(&begin(&site, &json!({})).body);
    assert_eq!(
        [&body["expires"], &body["expires_with"]],
        [&json!("2026-11-24T19:00:00Z"), &Value::Null]
    );
    let (id, key) = (body["uploadId"].as_str().unwrap(), body["key"].as_str().unwrap());
    let get = |path: &str, at| {
        send_at(&site, &json!({ "method": "GET", "path": format!("/uploads/m/{path}") }), at)
    };
    let native = |at| get(&format!("multipart/{id}?sign=1"), at);
    let companion = |at| get(&format!("s3/multipart/{id}/1?key={key}"), at);
    for (left, expires, expires_with) in [
        (3_601, "3600", None),
        (3_600, "3600", None),
        (300, "300", Some("upload")),
        (1, "1", Some("upload")),
    ] {
        let answer = native(END - left);
        let part = &read(&answer.body)["parts"][0];
        let parameter = format!("X-Amz-Expires={expires}&");
        assert!(part["url"].as_str().unwrap().contains(&parameter), "{left}");
        assert_eq!(part["expires_with"].as_str(), expires_with, "{left}");
        assert_eq!(header(&answer, "signpost-expires-with"), expires_with, "{left}");
        let answer = companion(END - left);
        assert_eq!(read(&answer.body)["expires"].to_string(), expires, "{left}");
        assert!(read(&answer.body)["url"].as_str().unwrap().contains(&parameter), "{left}");
        assert_eq!(header(&answer, "signpost-expires-with"), expires_with, "{left}");
    }
    assert_eq!([native(END).status, companion(END).status], [404, 404]);
}

#[test]
fn answers_to_uploaders_say_that_they_expire_with_the_credentials() {
    let site = site(&[&OLD[..], &[("OLD_EXPIRATION", "2026-11-23T19:30:00Z")]].concat());
    let file = |size| json!({ "files": [{ "name": "a", "size": size, "type": "text/plain" }] });
    let sign = |method, size| json!({ "method": method, "key": "a", "size": size });
    for (method, path, json) in [
        ("GET", "s3/params?filename=a&metadata[size]=9", Value::Null),
        ("POST", "s3/multipart", json!({ "filename": "a", "metadata": { "size": 40_000_000 } })),
        ("POST", "sign-request", sign("PUT", 9)),
        ("POST", "sign-request", sign("POST", 40_000_000)),
        ("POST", "better-upload", file(9)),
        ("POST", "better-upload", file(40_000_000)),
    ] {
        let request =
            json!({ "method": method, "path": format!("/uploads/m/{path}"), "json": json });
        let answer = send(&site, &request);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert_eq!(header(&answer, "signpost-expires-with"), Some("credentials"), "{path}");
    }
}

#[test]
fn an_id_sealed_before_a_rotation_is_valid_during_it() {
    let id = read(&begin(&site(&OLD), &json!({})).body)["uploadId"].as_str().unwrap().to_owned();
    let sign = json!({ "method": "GET", "path": format!("/uploads/m/multipart/{id}?sign=1") });
    let status = |secrets: &[(&str, &str)]| send_at(&site(secrets), &sign, NOW + 1).status;
    assert_eq!(status(&[OLD, NEW].concat()), 200);
    assert_eq!(status(&NEW), 404, "after it, the old secrets are gone");
}

#[test]
fn credentials_that_last_longer_change_nothing() {
    let site = site(&[&OLD[..], &[("OLD_EXPIRATION", "2026-11-23T21:00:00+00:00")]].concat());
    let upload = upload(&site);
    assert_eq!(read(&upload.body)["expires"], "2026-11-23T20:00:00Z");
    assert_eq!(read(&upload.body).get("expires_with"), None);
    assert_eq!(header(&upload, "signpost-expires-with"), None);
}

#[test]
fn expired_or_unreadable_credentials_sign_nothing() {
    for (expiration, detail) in [
        ("2026-11-23T19:00:00Z", "The bucket's credentials have expired."),
        ("2026-11-23T18:59:59Z", "The bucket's credentials have expired."),
        ("hunter2", "The secret OLD_EXPIRATION must be a time such as 2026-11-23T19:10:00Z."),
    ] {
        let site = site(&[&OLD[..], &[("OLD_EXPIRATION", expiration)]].concat());
        for answer in [upload(&site), download(&site)] {
            let expect = json!({ "status": 503, "code": "ServiceUnavailable", "detail": detail });
            assert_eq!(check(&answer, &expect), Ok(()));
            assert!(!answer.body.contains("hunter2"));
        }
    }
}

#[test]
fn during_a_rotation_the_first_valid_set_signs() {
    let signed_by = |secrets: &[(&str, &str)]| {
        let location = header(&download(&site(secrets)), "location").map(str::to_owned);
        location.map(|url| {
            url.split("X-Amz-Credential=").nth(1).unwrap().split('%').next().unwrap().to_owned()
        })
    };
    assert_eq!(signed_by(&OLD).as_deref(), Some("old-id"));
    assert_eq!(signed_by(&NEW).as_deref(), Some("new-id"));
    assert_eq!(signed_by(&[OLD, NEW].concat()).as_deref(), Some("new-id"));
    assert_eq!(
        signed_by(&[&OLD[..], &NEW[..1]].concat()).as_deref(),
        Some("old-id"),
        "an incomplete set is not used"
    );
    let ended = [("NEW_EXPIRATION", "2026-11-23T19:00:00Z")];
    assert_eq!(signed_by(&[&OLD[..], &NEW, &ended].concat()).as_deref(), Some("old-id"));
    assert_eq!(signed_by(&[]), None);
}

#[test]
fn health_reports_at_most_one_incomplete_set() {
    let missing = |secrets: &[(&str, &str)]| {
        let health = send(&site(secrets), &json!({ "method": "GET", "path": "/healthz" }));
        read(&health.body).get("secrets").cloned()
    };
    assert_eq!(missing(&OLD), None);
    assert_eq!(missing(&NEW), None);
    assert_eq!(missing(&[]), Some(json!(["OLD_ACCESS_KEY_ID", "OLD_SECRET_ACCESS_KEY"])));
    assert_eq!(missing(&NEW[..1]), Some(json!(["OLD_ACCESS_KEY_ID", "OLD_SECRET_ACCESS_KEY"])));
}

#[test]
fn a_short_secret_signs_no_form_that_the_worker_itself_verifies() {
    const SHORT: &str = "thirty-one-bytes-are-too-short.";
    const LONG: &str = "thirty-two-bytes-are-long-enough";
    let bound = json!({
        "provider": "r2", "name": "acme", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": ["NEW", "OLD"], "binding": "B",
    });
    let site = |bucket: &Value, secrets: &[(&str, &str)]| site_of(bucket, secrets);
    let secret = |value| [OLD[0], ("OLD_SECRET_ACCESS_KEY", value)];
    let health = |site: &Site| {
        let answer = send(site, &json!({ "method": "GET", "path": "/healthz" }));
        (answer.status, read(&answer.body))
    };

    let short = site(&bound, &secret(SHORT));
    let detail = "The secret OLD_SECRET_ACCESS_KEY is shorter than 32 bytes.";
    let expect = json!({ "status": 503, "code": "ServiceUnavailable", "detail": detail });
    assert_eq!(check(&upload(&short), &expect), Ok(()));
    let named = json!({ "status": "not configured", "short_secrets": ["OLD_SECRET_ACCESS_KEY"] });
    assert_eq!(health(&short), (503, named));
    let form = json!({ "method": "POST", "path": "/forms/b/", "body": "x" });
    assert_eq!(send(&short, &form).status, 503);

    let long = site(&bound, &secret(LONG));
    assert_eq!((upload(&long).status, health(&long).0), (200, 200));
    // The other set is still valid, but the short one must be seen to.
    let both = [&secret(LONG)[..], &[NEW[0], ("NEW_SECRET_ACCESS_KEY", SHORT)]].concat();
    let both = site(&bound, &both);
    assert_eq!(upload(&both).status, 200);
    assert_eq!(health(&both).1["short_secrets"], json!(["NEW_SECRET_ACCESS_KEY"]));
    // The Worker verifies a PUT too.
    let mut puts = bound.clone();
    puts["forms"] = json!(false);
    let puts = site(&puts, &secret(SHORT));
    assert_eq!((upload(&puts).status, health(&puts).0), (503, 503));
    // A provider gives its own secrets, and verifies them itself.
    let not_bound = json!({
        "provider": "r2", "name": "acme", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": "OLD",
    });
    let not_bound = site(&not_bound, &secret(SHORT));
    assert_eq!((upload(&not_bound).status, health(&not_bound).0), (200, 200));
}

#[test]
fn a_short_secret_of_a_caller_closes_its_rules() {
    let token = |claims: &Value| {
        let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
        format!("{}.{}.AAAA", part(&json!({ "alg": "HS256" })), part(claims))
    };
    let now = 1_795_460_400; // 2026-11-23T19:00:00Z
    let claims = json!({ "iss": "login", "aud": "signpost", "sub": "ada", "exp": now + 60 });
    for (caller, token, min) in [
        (json!({ "kind": "bearer", "secret": "KEY" }), "any".to_owned(), 16),
        (json!({ "kind": "ticket", "secret": "KEY" }), token(&json!({ "rule": "uploads/u" })), 32),
        (
            json!({ "kind": "jwt", "issuer": "login", "audience": "signpost", "secret": "KEY" }),
            token(&claims),
            32,
        ),
    ] {
        let request = json!({
            "method": "POST", "path": "/uploads/u", "json": { "type": "text/plain", "size": 1 },
            "headers": { "authorization": format!("Bearer {token}") },
        });
        let site = |length| {
            let secret = "k".repeat(length);
            let secrets = [&OLD[..], &[("KEY", secret.as_str())]].concat();
            site_with(&aws(), &caller, &secrets)
        };
        let health = |site: &Site| {
            let answer = send(site, &json!({ "method": "GET", "path": "/healthz" }));
            read(&answer.body).get("short_secrets").cloned()
        };
        let (short, long) = (site(min - 1), site(min));
        let detail = format!("The secret KEY is shorter than {min} bytes.");
        let expect = json!({ "status": 503, "code": "ServiceUnavailable", "detail": detail });
        assert_eq!(check(&send(&short, &request), &expect), Ok(()), "{caller}");
        assert_eq!(health(&short), Some(json!(["KEY"])), "{caller}");
        assert_eq!((send(&long, &request).status, health(&long)), (401, None), "{caller}");
    }
}

/// White space around values, as it gets there.
const PADDED: [(&str, &str); 7] = [
    ("", "\n"),             // cloudflare/workers-sdk#993, offen/docker-volume-backup#291
    ("", "\r\n"),           // PowerShell: Artexis10/exomem#209
    ("", " "),              // aws/aws-sdk-js#86
    (" ", "\t"),            // RhinoSecurityLabs/pacu#137
    ("\u{feff}", "\r\n"),   // Out-File -Encoding utf8 of Windows PowerShell
    ("\n\n", "  \n"),       // wader/postfix-relay#299
    ("\u{a0}", "\u{2028}"), // copied from a page
];

#[test]
fn white_space_around_a_secret_is_not_part_of_it() {
    const KEY: &str = "a secret key of at least 32 bytes.";
    let bound = json!({
        "provider": "r2", "name": "acme", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": "OLD", "binding": "B",
    });
    let secrets = [
        ("OLD_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
        ("OLD_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("OLD_SESSION_TOKEN", "IQoJb3JpZ2lu/+="),
        ("OLD_EXPIRATION", "2026-11-23T19:05:00Z"),
        ("KEY", KEY),
        ("TOKEN", "a-token-of-a-caller"),
    ];
    let claims = json!({ "iss": "login", "aud": "signpost", "sub": "ada", "exp": NOW + 60 });
    let bearer = json!({ "kind": "bearer", "secret": "TOKEN" });
    let callers = [
        (json!({ "kind": "anyone" }), None),
        (bearer.clone(), Some("a-token-of-a-caller".to_owned())),
        (
            json!({ "kind": "jwt", "issuer": "login", "audience": "signpost", "secret": "KEY" }),
            Some(hs256_token(&claims, KEY)),
        ),
        (
            json!({ "kind": "ticket", "secret": "KEY" }),
            Some(hs256_token(&json!({ "rule": "downloads/d", "exp": NOW + 60 }), KEY)),
        ),
    ];
    for (before, after) in PADDED {
        let padded = secrets.map(|(name, value)| (name, format!("{before}{value}{after}")));
        let padded = padded.each_ref().map(|(name, value)| (*name, value.as_str()));
        for (caller, token) in &callers {
            let mut request = json!({ "method": "GET", "path": "/downloads/d/a" });
            if let Some(token) = token {
                request["headers"] = json!({ "authorization": format!("Bearer {token}") });
            }
            let location = |secrets: &[(&str, &str)]| {
                let answer = send(&site_with(&bound, caller, secrets), &request);
                assert_eq!(answer.status, 302, "{caller} {after:?}: {}", answer.body);
                header(&answer, "location").unwrap().to_owned()
            };
            assert_eq!(location(&padded), location(&secrets), "{caller} {before:?} {after:?}");
            let health = health(&site_with(&bound, caller, &padded));
            assert_eq!(health, (200, json!({ "status": "ok" })), "{before:?} {after:?}");
        }
    }
    let empty = site(&[("OLD_ACCESS_KEY_ID", " \n"), OLD[1]]);
    assert_eq!(health(&empty).1["secrets"], json!(["OLD_ACCESS_KEY_ID"]));
    let short = site_with(&aws(), &bearer, &[OLD[0], OLD[1], ("TOKEN", "fifteen-bytes..\n")]);
    assert_eq!(health(&short).1["short_secrets"], json!(["TOKEN"]), "the line end does not count");
}

#[test]
fn a_malformed_secret_closes_its_rules_and_is_named() {
    const TOKEN: &str = "printable ASCII without spaces, since callers send it in a header";
    const LINE: &str = "one line without control characters";
    let anyone = json!({ "kind": "anyone" });
    let bearer = json!({ "kind": "bearer", "secret": "TOKEN" });
    let turnstile =
        json!({ "kind": "turnstile", "secret": "TOKEN", "hostname": "a.example", "action": "a" });
    for (caller, name, value, expected) in [
        (&bearer, "TOKEN", "first-line-of-a-token\nsecond-line", TOKEN),
        (&bearer, "TOKEN", "correct horse battery staple", TOKEN),
        (&bearer, "TOKEN", "a-token-with-an-\u{e4}-in-it", TOKEN),
        (&bearer, "TOKEN", "a-token-with-a-nul\0", TOKEN),
        (&turnstile, "TOKEN", "0x4AAAAAAAAAAAAAAAAAAAAA\r\n0x4AAA", LINE),
        (&anyone, "OLD_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE\nwJalrXUtnFEMI", LINE),
        (&anyone, "OLD_SECRET_ACCESS_KEY", "wJalrXUtnFEMI\tK7MDENG", LINE),
        (&anyone, "OLD_SESSION_TOKEN", "IQoJb3JpZ2lu\n/+=", LINE),
        (&anyone, "OLD_EXPIRATION", "tomorrow", "a time such as 2026-11-23T19:10:00Z"),
    ] {
        let secrets = [&[(name, value)], &OLD[..]].concat();
        let site = site_with(&aws(), caller, &secrets);
        let headers =
            json!({ "authorization": "Bearer first-line-of-a-token", "turnstile-token": "a" });
        let request = json!({
            "method": "POST", "path": "/uploads/u", "json": { "type": "text/plain", "size": 1 }, "headers": headers,
        });
        let detail = format!("The secret {name} must be {expected}.");
        let expect = json!({ "status": 503, "code": "ServiceUnavailable", "detail": detail });
        let answer = send(&site, &request);
        assert_eq!(check(&answer, &expect), Ok(()), "{value:?}");
        let named = json!({ "status": "not configured", "malformed_secrets": [name] });
        assert_eq!(health(&site), (503, named), "{value:?}");
        let shown = format!("{answer:?}{}{:?}", answer.body, site.refused_secrets());
        assert!(!shown.contains(value), "{shown}");
    }
}

#[test]
fn a_secret_for_signatures_can_have_several_lines() {
    const KEY: &str = "a key of\nseveral lines, which has 32 bytes";
    let ticket = json!({ "kind": "ticket", "secret": "KEY" });
    let site = site_with(&aws(), &ticket, &[&OLD[..], &[("KEY", KEY)]].concat());
    let token = hs256_token(&json!({ "rule": "downloads/d", "exp": NOW + 60 }), KEY);
    let request = json!({ "method": "GET", "path": format!("/t/{token}/downloads/d/a") });
    assert_eq!((send(&site, &request).status, health(&site).0), (302, 200));
}

fn health(site: &Site) -> (u16, Value) {
    let answer = send(site, &json!({ "method": "GET", "path": "/healthz" }));
    (answer.status, read(&answer.body))
}

fn site(secrets: &[(&str, &str)]) -> Site {
    site_of(&aws(), secrets)
}

fn aws() -> Value {
    json!({ "provider": "aws", "name": "acme", "region": "eu-west-1", "credentials": ["NEW", "OLD"] })
}

fn site_of(bucket: &Value, secrets: &[(&str, &str)]) -> Site {
    site_with(bucket, &json!({ "kind": "anyone" }), secrets)
}

fn site_with(bucket: &Value, caller: &Value, secrets: &[(&str, &str)]) -> Site {
    let config = json!({
        "BUCKETS": { "b": bucket },
        "CALLERS": { "anyone": caller, "backend": { "kind": "ticket", "secret": "TICKET_SECRET" } },
        "UPLOADS": {
            "m": { "bucket": "b", "callers": ["anyone", "backend"], "key": "m/{uuid}", "types": ["text/plain"], "max_size": "1 GiB", "expires": "1 h", "multipart": true, "uploaders": true },
            "u": { "bucket": "b", "callers": ["anyone"], "key": "u/{uuid}", "types": ["text/plain"], "max_size": "1 kB", "expires": "1 h" } },
        "DOWNLOADS": { "d": { "bucket": "b", "callers": ["anyone"], "key": "d/{path}", "expires": "1 h" } },
    });
    let secret = |name: &str| {
        let secrets = [secrets, &[("TICKET_SECRET", TICKET_SECRET)]].concat();
        secrets.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
    };
    let site = Site::new(config.as_object().unwrap(), secret);
    assert!(site.errors().is_empty(), "{:?}", site.errors());
    site
}

fn upload(site: &Site) -> Answer {
    send(
        site,
        &json!({ "method": "POST", "path": "/uploads/u", "json": { "type": "text/plain", "size": 1 } }),
    )
}

fn download(site: &Site) -> Answer {
    send(site, &json!({ "method": "GET", "path": "/downloads/d/a" }))
}

fn begin(site: &Site, headers: &Value) -> Answer {
    let json = json!({ "type": "text/plain", "size": 20_000_000 });
    send(
        site,
        &json!({ "method": "POST", "path": "/uploads/m/multipart", "headers": headers, "json": json }),
    )
}

/// Returns the headers with a ticket for the rule `m`.
fn ticket(exp: u64) -> Value {
    let claims = json!({ "rule": "uploads/m", "sub": "ada", "exp": exp });
    json!({ "authorization": format!("Bearer {}", hs256_token(&claims, TICKET_SECRET)) })
}

fn hs256_token(claims: &Value, secret: &str) -> String {
    let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let text = format!("{}.{}", part(&json!({ "alg": "HS256" })), part(claims));
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&key, text.as_bytes()));
    format!("{text}.{tag}")
}

fn send(site: &Site, request: &Value) -> Answer {
    send_at(site, request, NOW)
}

/// Sends a request. The bucket begins every upload in parts.
fn send_at(site: &Site, request: &Value, now: u64) -> Answer {
    let ambient = Ambient { now: UnixTime::from_secs(now), random: || [7; 16] };
    let answer = Fetched {
        status: 200,
        body: "<R><UploadId>id</UploadId></R>".into(),
        memo: "m/key".into(),
        ..Fetched::default()
    };
    case::send(site, request, ambient, |_| EffectResult::Fetched(answer.clone()))
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(header, _)| *header == name).map(|(_, value)| value.as_ref())
}
