//! Temporary credentials of R2: which of them each grant and each request of the Worker has, and what they permit.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use core::cell::RefCell;

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use percent_encoding::percent_decode_str;
use rules::{
    Access, Ambient, AuthContext, Caller, Effect, Fetched, KeyCache, PartSize, Presented, Results,
    Rules, Secret, Secrets, SignedUpload, UploadRequest,
};
use serde_json::{Value, json};
use signer::UnixTime;

const NOW: UnixTime = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
const KEY_ID: &str = "0123456789abcdef0123456789abcdef";

fn rules(credentials: &Value) -> Rules {
    let rule = |more: Value| {
        let mut rule = json!({ "bucket": "media", "callers": ["all"], "key": "in/{path}", "expires": "5 min" });
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    let upload = json!({ "key": "in/{uuid}.{ext}", "types": ["image/png"], "max_size": "20 MiB", "multipart": true, "confirm": true });
    let vars = json!({
        "BUCKETS": { "media": {
            "provider": "r2", "name": "acme-media", "endpoint": "https://0a1b.eu.r2.cloudflarestorage.com",
            "credentials": credentials,
        } },
        "CALLERS": { "all": { "kind": "anyone" } },
        "UPLOADS": { "in": rule(upload) },
        "DOWNLOADS": {
            "shown": rule(json!({})),
            "saved": rule(json!({ "attachment": true })),
            "cached": rule(json!({ "window": "2 min" })),
        },
    });
    Rules::parse(vars.as_object().unwrap()).unwrap()
}

fn temporary() -> Rules {
    rules(&json!({ "secret": "MEDIA", "temporary": true }))
}

fn secrets(rules: &Rules, more: &[(&str, &str)]) -> Secrets {
    let required = [("MEDIA_ACCESS_KEY_ID", KEY_ID), ("MEDIA_SECRET_ACCESS_KEY", "own-secret")];
    let values = || required.iter().chain(more);
    let mut secrets = Secrets::default();
    for name in rules.secrets() {
        if let Some((_, value)) = values().find(|(known, _)| *known == name.as_str()) {
            secrets.insert(name.clone(), Secret::new(*value));
        }
    }
    secrets
}

fn caller(access: &Access) -> Caller {
    let (results, key_cache) = (Results::default(), RefCell::<KeyCache>::default());
    let presented = Presented::default();
    let context = AuthContext { presented, now: NOW, results: &results, key_cache: &key_cache };
    access.authenticate(&context, &Secrets::default()).unwrap()
}

fn ambient(now: UnixTime) -> Ambient {
    Ambient { now, random: || [7; 16] }
}

fn link(rules: &Rules, name: &str, path: &str, now: UnixTime) -> String {
    let rule = rules.download(name).unwrap();
    let grant = rule.grant(&caller(rule.access()), path, ambient(now)).unwrap();
    grant.sign_get(&secrets(rules, &[]), now).unwrap().output.url.url
}

fn request() -> UploadRequest {
    UploadRequest {
        method: None,
        filename: Some("a.png".into()),
        r#type: "image/png".into(),
        size: 9_000_000,
        metadata: Vec::new().into_iter().collect(),
        checksum: None,
    }
}

/// Returns the claims of the token in a URL or a header; `None` if it has none.
fn claims(text: &str) -> Option<Value> {
    let token = match text.split_once("X-Amz-Security-Token=") {
        Some((_, rest)) => percent_decode_str(rest.split('&').next()?).decode_utf8().ok()?,
        None => text.into(),
    };
    let jwt = String::from_utf8(BASE64_STANDARD.decode(&*token).ok()?).ok()?;
    let claims = jwt.strip_prefix("jwt/")?.split('.').nth(1)?;
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// The claims for one action on one object, for this long.
fn expected(scope: &str, action: &str, key: &str, from: UnixTime, secs: u64) -> Value {
    json!({
        "bucket": "acme-media",
        "scope": scope,
        "actions": [action],
        "paths": { "prefixPaths": [], "objectPaths": [key] },
        "sub": "0a1b",
        "iss": KEY_ID,
        "aud": "0a1b.eu.r2.cloudflarestorage.com",
        "iat": from.as_secs(),
        "exp": from.as_secs() + secs,
    })
}

const READ: &str = "object-read-only";
const WRITE: &str = "object-read-write";

#[test]
fn a_link_permits_to_read_its_object_and_ends_with_the_grant() {
    let rules = temporary();
    let get = expected(READ, "GetObject", "in/a b.png", NOW, 300);
    assert_eq!(claims(&link(&rules, "shown", "a b.png", NOW)), Some(get));
    let rule = rules.download("shown").unwrap();
    let grant = rule.grant(&caller(rule.access()), "a.png", ambient(NOW)).unwrap();
    let head = grant.sign_head(&secrets(&rules, &[]), NOW).unwrap().output.url.url;
    let expected = expected(READ, "HeadObject", "in/a.png", NOW, 300);
    assert_eq!(claims(&head), Some(expected));
}

#[test]
fn a_window_has_one_link() {
    let rules = temporary();
    let url = link(&rules, "cached", "a.png", NOW);
    assert_eq!(link(&rules, "cached", "a.png", NOW.plus_secs(119)), url);
    assert_ne!(link(&rules, "cached", "a.png", NOW.plus_secs(120)), url);
    assert_eq!(claims(&url), Some(expected(READ, "GetObject", "in/a.png", NOW, 300)));
}

/// Whoever has a token can sign with it, so a link must not have one if it decides more than the object and the action.
#[test]
fn what_decides_more_than_object_and_action_has_no_token() {
    let rules = temporary();
    let saved = link(&rules, "saved", "a.png", NOW);
    assert!(saved.contains("response-content-disposition=attachment"), "{saved}");
    assert_eq!(claims(&saved), None);

    let rule = rules.upload("in").unwrap();
    let all = secrets(&rules, &[]);
    let grant = rule.grant(&caller(rule.access()), &request(), ambient(NOW)).unwrap();
    let SignedUpload::Put(put) = grant.sign(&all, NOW).unwrap().output else { panic!("a PUT") };
    assert!(put.url.contains("SignedHeaders=content-length%3Bcontent-type"), "{}", put.url);
    assert_eq!(claims(&put.url), None);

    let upload_id = begin(&rules, &all).1;
    let upload = rule.resume(&caller(rule.access()), &upload_id, &all, NOW).unwrap();
    let part = upload.sign_part(1).unwrap().url;
    assert!(part.contains("SignedHeaders=content-length%3Bhost"), "{part}");
    assert_eq!(claims(&part), None);
}

/// Returns the request that begins an upload in parts, and the upload's id.
fn begin(rules: &Rules, secrets: &Secrets) -> (Effect, String) {
    let rule = rules.upload("in").unwrap();
    let caller = caller(rule.access());
    let grant = rule.begin(&caller, &request(), PartSize::Auto, ambient(NOW)).unwrap();
    let start = grant.sign(secrets, NOW).unwrap();
    let create = start.request();
    let Effect::BucketRequest { memo, .. } = &create else { panic!("a request to the bucket") };
    let body = "<R><UploadId>id</UploadId></R>".into();
    let answer = Fetched { status: 200, body, memo: memo.clone(), ..Fetched::default() };
    let upload_id = start.begun(&answer, ambient(NOW)).unwrap().upload_id;
    (create, upload_id)
}

/// Returns the claims of the token that the Worker itself sends.
fn sent(effect: &Effect) -> Option<Value> {
    let Effect::BucketRequest { headers, url, .. } = effect else { return None };
    let token = headers.iter().find(|(name, _)| name == "x-amz-security-token");
    claims(token.map_or(url, |(_, value)| value))
}

#[test]
fn each_request_of_the_worker_permits_nothing_else() {
    let rules = temporary();
    let all = secrets(&rules, &[]);
    let rule = rules.upload("in").unwrap();
    let caller = caller(rule.access());
    let (create, upload_id) = begin(&rules, &all);
    let later = NOW.plus_secs(3_600);
    let upload = rule.resume(&caller, &upload_id, &all, later).unwrap();
    let key = upload.key().to_owned();
    let of = |scope, action, at| Some(expected(scope, action, &key, at, 900));
    assert_eq!(sent(&create), of(WRITE, "CreateMultipartUpload", NOW));
    assert_eq!(sent(&upload.list(0)), of(READ, "ListParts", later));
    assert_eq!(sent(&upload.abort()), of(WRITE, "AbortMultipartUpload", later));
    let parts: Vec<rules::Part> = serde_json::from_value(json!([
        { "partNumber": 1, "etag": "a" }, { "partNumber": 2, "etag": "b" },
    ]))
    .unwrap();
    let complete = upload.complete(&parts).unwrap();
    assert_eq!(sent(&complete), of(WRITE, "CompleteMultipartUpload", later));
}

#[test]
fn a_key_with_a_session_token_derives_nothing() {
    let rules = temporary();
    let name = rules.secrets().into_iter().find(|name| name.as_str() == "MEDIA_SESSION_TOKEN");
    assert!(name.is_some(), "so that `/healthz` can name it");
    let with = secrets(&rules, &[("MEDIA_SESSION_TOKEN", "token")]);
    let rule = rules.download("shown").unwrap();
    let grant = rule.grant(&caller(rule.access()), "a.png", ambient(NOW)).unwrap();
    let denied = grant.sign_get(&with, NOW).unwrap_err().to_string();
    assert_eq!(
        denied,
        "the secret MEDIA_SESSION_TOKEN must be absent: R2 derives temporary credentials only from a key without a session token"
    );
}

#[test]
fn without_the_key_of_the_configuration_nothing_changes() {
    for credentials in [json!("MEDIA"), json!({ "secret": "MEDIA", "temporary": false })] {
        let url = link(&rules(&credentials), "shown", "a.png", NOW);
        assert!(!url.contains("Security-Token"), "{url}");
    }
}
