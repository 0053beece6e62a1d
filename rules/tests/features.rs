//! What a configuration needs compiled in, and what a build says that lacks it.
//!
//! Run with every feature and with none: `cargo test -p rules --no-default-features`.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

use rules::Rules;
use serde_json::{Map, Value, json};

/// Where a configuration asks for something, what for, and the feature.
fn asks() -> Vec<(&'static str, Value, &'static str)> {
    let secret = |kind| json!({ "kind": kind, "secret": "SITE_SECRET" });
    let access = json!({ "kind": "access", "team": "acme.cloudflareaccess.com", "audience": "a" });
    let mut jwt = secret("jwt");
    jwt["issuer"] = json!("https://login.example.com/");
    jwt["audience"] = json!("signpost");
    let mut turnstile = secret("turnstile");
    turnstile["hostname"] = json!("www.example.com");
    turnstile["action"] = json!("upload");
    vec![
        ("/CALLERS/unused", jwt, "tokens"),
        ("/CALLERS/unused", access, "tokens"),
        ("/CALLERS/unused", secret("ticket"), "tokens"),
        ("/CALLERS/unused", turnstile, "tokens"),
        ("/UPLOADS/note/limit", json!("NOTE_LIMIT"), "limits"),
        ("/UPLOADS/note/multipart", json!(true), "multipart"),
        ("/UPLOADS/note/uploaders", json!(true), "uploaders"),
        ("/BUCKETS/notes/binding", json!("NOTES"), "bound-buckets"),
        ("/BUCKETS/media/signature", json!("v2"), "sigv2"),
    ]
}

#[test]
fn a_site_of_bearers_forms_and_links_needs_nothing_more() {
    let mut config = good();
    assert_eq!(features(&config).unwrap(), Vec::<String>::new());
    for (pointer, value) in [
        ("/UPLOADS/note/multipart", json!(false)),
        ("/UPLOADS/note/uploaders", json!(false)),
        ("/BUCKETS/media/signature", json!("v4")),
    ] {
        put(&mut config, pointer, value);
    }
    assert_eq!(features(&config).unwrap(), Vec::<String>::new());
}

#[test]
#[cfg(feature = "tokens")]
fn names_what_is_used() {
    for (pointer, value, feature) in asks() {
        let mut config = good();
        put(&mut config, pointer, value);
        assert_eq!(features(&config).unwrap(), [feature], "{pointer}");
    }
}

#[test]
#[cfg(not(feature = "tokens"))]
fn a_build_refuses_what_it_lacks_and_says_where_and_what_to_do() {
    for (pointer, value, feature) in asks() {
        let mut config = good();
        put(&mut config, pointer, value.clone());
        let mut place = pointer.trim_start_matches('/').replace('/', ".");
        if value.is_object() {
            place += ".kind";
        }
        let expected = format!(
            "{place}: this build lacks {feature}: deploy again with this line in wrangler.toml, which compiles it in"
        );
        assert_eq!(features(&config).unwrap_err(), [expected]);
    }
}

fn features(config: &Value) -> Result<Vec<String>, Vec<String>> {
    let vars: &Map<String, Value> = config.as_object().unwrap();
    let parsed = Rules::parse(vars).map(drop);
    let features = Rules::features(vars);
    assert_eq!(parsed.err(), features.as_ref().err().cloned());
    features
        .map(|features| features.iter().map(|feature| feature.as_str().to_owned()).collect())
        .map_err(|errors| errors.iter().map(ToString::to_string).collect())
}

fn good() -> Value {
    json!({
        "BUCKETS": {
            "media": { "provider": "aws", "name": "acme-media", "region": "eu-west-1", "credentials": "MEDIA" },
            "notes": { "provider": "r2", "name": "notes", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": "NOTES" },
        },
        "CALLERS": { "site": { "kind": "bearer", "secret": "SITE_TOKEN" } },
        "UPLOADS": { "note": {
            "bucket": "notes", "callers": ["site"], "key": "notes/{caller}/{uuid}.{ext}",
            "types": ["image/png"], "max_size": "5 MiB", "expires": "10 min",
        } },
        "DOWNLOADS": { "media": { "bucket": "media", "callers": ["site"], "key": "media/{path}", "expires": "5 min" } },
    })
}

fn put(config: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    config.pointer_mut(parent).unwrap()[key] = value;
}
