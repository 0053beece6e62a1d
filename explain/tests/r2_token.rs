//! Links with R2's temporary credentials: the token says what it permits, and its secret is known.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use core::cell::RefCell;

use explain::{Code, Context, Diagnosis, Evidence, combined, explain, read};
use rules::{
    Access, Ambient, AuthContext, Caller, KeyCache, Presented, Results, Rules, Secret, Secrets,
};
use serde_json::json;
use signer::{
    Bucket, Credentials, Expires, Method, ObjectKey, Payload, Presign, Region, Signer, UnixTime,
    UrlStyle,
};

const NOW: UnixTime = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
const ID: &str = "0123456789abcdef0123456789abcdef";
const SECRET: &str = "the-secret-of-the-key";
const ENDPOINT: &str = "https://0a1b.r2.cloudflarestorage.com";

fn caller(access: &Access) -> Caller {
    let (results, key_cache) = (Results::default(), RefCell::<KeyCache>::default());
    let presented = Presented::default();
    let context = AuthContext { presented, now: NOW, results: &results, key_cache: &key_cache };
    access.authenticate(&context, &Secrets::default()).unwrap()
}

/// A link that Signpost makes, to `files/a b.txt` for 5 minutes.
fn link() -> String {
    let vars = json!({
        "BUCKETS": { "media": {
            "provider": "r2", "name": "acme-media", "endpoint": ENDPOINT,
            "credentials": { "secret": "MEDIA", "temporary": true },
        } },
        "CALLERS": { "all": { "kind": "anyone" } },
        "DOWNLOADS": { "file": { "bucket": "media", "callers": ["all"], "key": "files/{path}", "expires": "5 min" } },
    });
    let rules = Rules::parse(vars.as_object().unwrap()).unwrap();
    let mut secrets = Secrets::default();
    for name in rules.secrets() {
        let value = match name.as_str() {
            "MEDIA_ACCESS_KEY_ID" => ID,
            "MEDIA_SECRET_ACCESS_KEY" => SECRET,
            _ => continue,
        };
        secrets.insert(name.clone(), Secret::new(value));
    }
    let rule = rules.download("file").unwrap();
    let ambient = Ambient { now: NOW, random: || [7; 16] };
    let grant = rule.grant(&caller(rule.access()), "a b.txt", ambient).unwrap();
    grant.sign_get(&secrets, NOW).unwrap().output.url.url
}

/// The token of [`link`], and the credentials that it belongs to.
fn of_token() -> Credentials {
    let url = link();
    let (_, rest) = url.split_once("X-Amz-Security-Token=").unwrap();
    let token = rest.split('&').next().unwrap().replace("%3D", "=");
    let jwt = base64::Engine::decode(&base64::prelude::BASE64_STANDARD, &token).unwrap();
    let secret = Payload::of(jwt.strip_prefix(b"jwt/").unwrap()).to_string();
    Credentials::new(ID, secret).with_session_token(token)
}

/// Another link that is signed with the token of [`link`].
fn signed_with_its_token(method: Method, endpoint: &str, bucket: &str, key: &str) -> String {
    let (credentials, region) = (of_token(), Region::new("auto").unwrap());
    let bucket = Bucket::new(endpoint, UrlStyle::Path, bucket, region).unwrap();
    let (key, expires) = (ObjectKey::new(key).unwrap(), Expires::from_secs(60).unwrap());
    let link = Presign::new(method, &bucket, &key, expires);
    link.sign(&Signer::new(&credentials, bucket.region(), NOW)).url
}

fn diagnose(text: &str, credentials: Option<Credentials>, secs: u64) -> Diagnosis {
    let all = combined(&[Evidence::default()], &read(text).unwrap());
    let context = Context { credentials, ..Context::at(NOW.plus_secs(secs)) };
    explain(all.first().unwrap(), &context)
}

fn codes(diagnosis: &Diagnosis) -> Vec<Code> {
    diagnosis.causes.iter().map(|cause| cause.code).collect()
}

fn curl(method: &str, url: &str) -> String {
    format!("curl -X {method} '{url}'")
}

#[test]
fn verifies_the_signature_without_a_secret_and_with_the_key() {
    let own = || Some(of_token());
    let key = || Some(Credentials::new(ID, SECRET));
    for credentials in [None, own(), key()] {
        let diagnosis = diagnose(&curl("GET", &link()), credentials, 60);
        assert_eq!(codes(&diagnosis), [], "{diagnosis:?}");
        assert!(!format!("{diagnosis:?}").contains("Signature"), "{diagnosis:?}");
    }
    let changed = link().replace("X-Amz-Expires=300", "X-Amz-Expires=301");
    let diagnosis = diagnose(&curl("GET", &changed), None, 60);
    assert_ne!(codes(&diagnosis), [], "{diagnosis:?}");
}

#[test]
fn names_what_the_token_does_not_permit() {
    let (object, bucket) = ("files/a b.txt", "acme-media");
    for (method, endpoint, bucket, key, message) in [
        (Method::Get, ENDPOINT, bucket, "files/b.txt", "for another object than the link"),
        (Method::Get, ENDPOINT, "other", object, "for another bucket than the link"),
        (Method::Put, ENDPOINT, bucket, object, "does not permit PutObject"),
        (Method::Head, ENDPOINT, bucket, object, "does not permit HeadObject"),
        (
            Method::Get,
            "https://0a1b.eu.r2.cloudflarestorage.com",
            bucket,
            object,
            "for another account or jurisdiction than the link",
        ),
    ] {
        let url = signed_with_its_token(method, endpoint, bucket, key);
        let diagnosis = diagnose(&curl(method.as_str(), &url), None, 10);
        let [cause] = diagnosis.causes.as_slice() else { panic!("{message}: {diagnosis:?}") };
        assert_eq!(cause.code, Code::NotAllowed);
        assert!(cause.message.ends_with(message), "{}", cause.message);
    }
}

#[test]
fn names_the_secret_that_did_not_sign_the_token() {
    let other = Credentials::new(ID, "another-secret");
    let diagnosis = diagnose(&curl("GET", &link()), Some(other), 60);
    assert_eq!(codes(&diagnosis), [Code::WrongSecret], "{diagnosis:?}");
}

#[test]
fn an_expired_token_is_one_cause() {
    let diagnosis = diagnose(&curl("GET", &link()), None, 301);
    assert_eq!(codes(&diagnosis), [Code::Expired], "{diagnosis:?}");
}

#[test]
fn a_damaged_token_is_read_as_one_of_another_provider() {
    let url = link();
    for (from, to) in [("and0L", "and0M"), ("Security-Token=", "Security-Token=A"), ("and0L", "")] {
        let changed = url.replace(from, to);
        assert_ne!(changed, url);
        let _ = diagnose(&curl("GET", &changed), None, 60);
    }
}

#[test]
fn shows_neither_token_nor_secret() {
    let diagnosis = diagnose(&curl("PUT", &link()), Some(Credentials::new(ID, "another")), 60);
    let shown = format!("{diagnosis:?}");
    for secret in ["and0L", "eyJh", SECRET] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
