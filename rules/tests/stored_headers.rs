//! Links and the headers that an uploader may have stored with an object.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use core::cell::RefCell;

use rules::{Ambient, AuthContext, Presented, Results, Rules, Secret, Secrets};
use serde_json::{Value, json};
use signer::UnixTime;

const OVERRIDES: &str = "&response-cache-control=private%2C%20max-age%3D300&response-content-disposition=inline&response-content-encoding=identity";

#[test]
fn a_link_overrides_the_headers_that_an_uploader_could_store() {
    let custom = json!({ "provider": "custom", "endpoint": "https://s3.example.com" });
    for (name, bucket, upload, expected) in [
        ("a PUT", json!({ "provider": "b2", "region": "us-west-004" }), json!({}), true),
        ("a PUT to a server that accepts forms", with(&custom, "forms", false), json!({}), true),
        ("a form that may have more fields", with(&custom, "forms", true), json!({}), true),
        ("a form of Amazon", json!({ "provider": "aws", "region": "eu-west-1" }), json!({}), false),
        (
            "a PUT for an uploader, besides a form",
            json!({ "provider": "aws", "region": "eu-west-1" }),
            json!({ "uploaders": true }),
            true,
        ),
        ("a form to the Worker", bound(), json!({}), false),
        ("keys elsewhere", custom.clone(), json!({ "key": "other/{uuid}" }), false),
        ("keys further down", custom.clone(), json!({ "key": "files/new/{uuid}" }), true),
        ("keys further up", custom.clone(), json!({ "key": "files/{uuid}" }), true),
        ("another bucket", custom, json!({ "bucket": "other" }), false),
    ] {
        let url = link(&bucket, &upload, &json!({}), "");
        assert_eq!(url.contains(OVERRIDES), expected, "{name}: {url}");
        assert_eq!(url.contains("response-"), expected, "{name}: {url}");
    }
}

#[test]
fn a_link_that_saves_or_stays_the_same_keeps_its_own_headers() {
    let bucket = json!({ "provider": "b2", "region": "us-west-004" });
    let saved = link(&bucket, &json!({}), &json!({ "attachment": true }), "");
    let attachment = "&response-content-disposition=attachment%3B%20filename%3D%22a.png%22&response-content-encoding=identity";
    assert!(saved.contains(attachment), "{saved}");
    let named = link(&bucket, &json!({}), &json!({}), "b.png");
    assert!(named.contains("filename%3D%22b.png%22&response-content-encoding=identity"), "{named}");
    let stable = link(&bucket, &json!({}), &json!({ "window": "150 s" }), "");
    assert!(stable.contains("&response-cache-control=max-age%3D150&"), "{stable}");
}

#[test]
fn a_link_keeps_the_headers_that_the_upload_rule_decides() {
    let bucket = json!({ "provider": "b2", "region": "us-west-004" });
    let all =
        ["response-cache-control", "response-content-disposition", "response-content-encoding"];
    for (upload, kept) in [
        (json!({ "cache_control": "no-store" }), "response-cache-control"),
        (json!({ "content_disposition": "attachment" }), "response-content-disposition"),
        (json!({ "content_encoding": "gzip" }), "response-content-encoding"),
        (json!({ "content_language": "de" }), ""),
    ] {
        let url = link(&bucket, &upload, &json!({}), "");
        for parameter in all {
            assert_eq!(url.contains(parameter), parameter != kept, "{upload}: {url}");
        }
    }
    let saved = link(
        &bucket,
        &json!({ "content_disposition": "inline" }),
        &json!({ "attachment": true }),
        "",
    );
    assert!(saved.contains("response-content-disposition=attachment"), "{saved}");
}

#[test]
fn a_link_overrides_the_headers_that_a_caller_with_credentials_could_store() {
    let credentials =
        json!({ "secret": "MEDIA", "role": "arn:aws:iam::123456789012:role/signpost" });
    let form = json!({ "provider": "aws", "region": "eu-west-1" });
    // A second entry of `BUCKETS` for the same bucket.
    let shared = merged(&with(&form, "name", "acme-media"), &json!({ "credentials": credentials }));
    for (name, change, expected) in [
        ("the same keys", json!({}), true),
        ("keys further up", json!({ "prefix": "files/" }), true),
        ("keys elsewhere", json!({ "prefix": "other/" }), false),
        ("no right to write", json!({ "actions": ["read", "list", "delete"] }), false),
        ("another bucket", json!({ "bucket": "elsewhere" }), false),
    ] {
        let rule = json!({ "bucket": "shared", "callers": ["visitor"], "prefix": "files/new/", "actions": ["write"], "expires": "1 h" });
        let more = json!({
            "BUCKETS_2": { "shared": shared, "elsewhere": with(&shared, "name", "acme-elsewhere") },
            "CREDENTIALS": { "home": merged(&rule, &change) },
        });
        let upload = json!({ "cache_control": "no-store", "content_disposition": "inline" });
        let url = link_with(&form, &upload, &json!({}), "", &more);
        assert_eq!(url.contains(OVERRIDES), expected, "{name}: {url}");
        assert_eq!(url.contains("response-"), expected, "{name}: {url}");
    }
}

#[test]
fn google_gets_only_the_parameter_that_it_documents() {
    let url = link(&json!({ "provider": "gcs", "forms": false }), &json!({}), &json!({}), "");
    assert!(url.contains("&response-content-disposition=inline&"), "{url}");
    assert_eq!(url.matches("response-").count(), 1, "{url}");
}

fn bound() -> Value {
    json!({ "provider": "r2", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "binding": "MEDIA_BUCKET" })
}

/// Returns the link to `files/new/a.png` under a configuration with one upload rule and one download rule.
fn link(bucket: &Value, upload: &Value, download: &Value, saved_as: &str) -> String {
    link_with(bucket, upload, download, saved_as, &json!({}))
}

/// The same with more variables.
fn link_with(
    bucket: &Value,
    upload: &Value,
    download: &Value,
    saved_as: &str,
    more: &Value,
) -> String {
    let named = |name: &str| with(&with(bucket, "credentials", "MEDIA"), "name", name);
    let rule = json!({ "bucket": "media", "callers": ["visitor"], "expires": "5 min" });
    let upload = merged(
        &merged(
            &rule,
            &json!({ "key": "files/new/{uuid}", "types": ["image/png"], "max_size": "1 MiB" }),
        ),
        upload,
    );
    let download = merged(&with(&rule, "key", "files/new/{path}"), download);
    let config = json!({
        "BUCKETS": { "media": named("acme-media"), "other": named("acme-other") },
        "CALLERS": { "visitor": { "kind": "anyone" } },
        "UPLOADS": { "file": upload },
        "DOWNLOADS": { "file": download },
    });
    let config = merged(&config, more);
    let rules = Rules::parse(config.as_object().unwrap()).unwrap();
    let mut secrets = Secrets::default();
    for name in rules.secrets().into_iter().filter(|name| name.as_str().contains("ACCESS_KEY")) {
        secrets.insert(name.clone(), Secret::new("a-secret-of-at-least-thirty-two-bytes"));
    }
    let ambient = Ambient { now: UnixTime::from_secs(1_795_460_400), random: || [7; 16] }; // 2026-11-23T19:00:00Z
    let (rule, key_cache) = (rules.download("file").unwrap(), RefCell::default());
    let context = AuthContext {
        presented: Presented::default(),
        now: ambient.now,
        results: Results::NONE,
        key_cache: &key_cache,
    };
    let caller = rule.access().authenticate(&context, &secrets).unwrap();
    let mut grant = rule.grant(&caller, "a.png", ambient).unwrap();
    if !saved_as.is_empty() {
        grant = grant.saved_as(saved_as).unwrap();
    }
    grant.sign_get(&secrets, ambient.now).unwrap().output.url.url
}

fn with(table: &Value, key: &str, value: impl Into<Value>) -> Value {
    merged(table, &json!({ key: value.into() }))
}

fn merged(table: &Value, more: &Value) -> Value {
    let (table, more) = (table.as_object().unwrap(), more.as_object().unwrap());
    table.iter().chain(more).map(|(key, value)| (key.clone(), value.clone())).collect()
}
