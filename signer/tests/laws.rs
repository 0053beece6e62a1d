//! What holds for every ask, not only for those with a published answer.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use core::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use signer::{
    Bucket, Credentials, Expires, FieldName, FormKey, HeaderName, HeaderValue, Method, ObjectKey,
    PostPolicy, Presign, PresignedPost, Region, Signer, UnixTime, UrlStyle,
};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";

proptest! {
    #[test]
    fn every_field_is_covered_and_every_exact_condition_is_a_field(
        key in key(), meta in any::<String>(), kind in any::<String>(), max in any::<u64>()
    ) {
        let post = form(&key, &meta, &kind, max);
        let fields: BTreeMap<_, _> = post.fields.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect();
        prop_assert_eq!(fields.len(), post.fields.len(), "a field twice");

        let policy: serde_json::Value =
            serde_json::from_slice(&BASE64_STANDARD.decode(fields["policy"]).unwrap()).expect("the policy is JSON");
        let mut covered = BTreeSet::from(["policy", "x-amz-signature"]);
        for condition in policy["conditions"].as_array().unwrap() {
            for (name, value) in condition.as_object().into_iter().flatten() {
                prop_assert_eq!(fields.get(name.as_str()).copied(), value.as_str());
                covered.insert(name);
            }
            if let Some(["starts-with", name, prefix]) = texts(condition).as_deref() {
                let name = name.trim_start_matches('$');
                prop_assert!(fields[name].starts_with(prefix));
                covered.insert(name);
            }
        }
        prop_assert_eq!(covered, fields.keys().copied().collect());
    }

    #[test]
    fn two_keys_never_sign_to_one_url(one in key(), other in key()) {
        prop_assume!(one != other);
        let (one, other) = (url(&one), url(&other));
        prop_assert_ne!(one.rsplit_once('=').unwrap(), other.rsplit_once('=').unwrap());
        prop_assert_ne!(one.split_once('?').unwrap().0, other.split_once('?').unwrap().0);
    }

    #[test]
    fn a_url_is_ascii_and_decodes_to_its_key_once(key in key()) {
        let url = url(&key);
        prop_assert!(url.bytes().all(|b| b.is_ascii_graphic()));
        let path = url.split_once('?').unwrap().0.strip_prefix("https://s3.example.com/media/").unwrap();
        let decoded = percent_encoding::percent_decode_str(path).decode_utf8().unwrap();
        prop_assert_eq!(decoded, key.as_str());
    }
}

#[test]
fn a_header_is_sent_as_it_is_signed() {
    let accepted = Cell::new(0);
    let mut runner = TestRunner::new(Config::with_source_file(file!()));
    let outcome = runner.run(&prop_oneof![any::<String>(), "[ -~]{0,12}"], |value| {
        let Ok(value) = HeaderValue::new(&value) else { return Ok(()) };
        accepted.set(accepted.get() + 1);
        prop_assert_eq!(HeaderValue::new(value.as_str()).unwrap(), value.clone(), "folding twice");
        let text = value.as_str();
        prop_assert!(!text.contains("  ") && text.trim_matches(' ') == text);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
    assert!(accepted.get() >= 128, "only {} of 256 values are header values", accepted.get());
}

fn texts(condition: &serde_json::Value) -> Option<Vec<&str>> {
    condition.as_array()?.iter().map(serde_json::Value::as_str).collect()
}

#[test]
fn nothing_secret_shows_in_debug() {
    let key = ObjectKey::new("k").unwrap();
    let (bucket, credentials) = (bucket(), credentials());
    let signer = Signer::new(&credentials, bucket.region(), now());
    let presign = Presign::new(Method::Get, &bucket, &key, Expires::from_secs(60).unwrap());
    let (post, url) = (form(&key, "m", "t", 1), presign.sign(&signer));
    let signatures = [post.fields.last().unwrap().1.as_str(), url.url.rsplit_once('=').unwrap().1];

    let shown = format!(
        "{credentials:?} {signer:?} {presign:?} {post:?} {url:?} {:?}",
        presign.canonical_request(&signer)
    );
    for secret in [SECRET, TOKEN, "X-Amz-Signature"].iter().chain(&signatures) {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn form(key: &ObjectKey, meta: &str, kind: &str, max: u64) -> PresignedPost {
    let bucket = bucket();
    // A key with the variable in it has no exact form.
    let key = FormKey::exact(key).unwrap_or_else(|_| FormKey::filename_under("a/").unwrap());
    PostPolicy::new(&bucket, key, now().plus_secs(60))
        .exact(FieldName::CONTENT_TYPE, "twice")
        .exact(FieldName::CONTENT_TYPE, kind)
        .exact(FieldName::new("x-amz-meta-note").unwrap(), meta)
        .content_length_range(1..=max)
        .sign(&Signer::new(&credentials(), bucket.region(), now()))
}

fn url(key: &ObjectKey) -> String {
    let (bucket, credentials) = (bucket(), credentials());
    let presign = Presign::new(Method::Put, &bucket, key, Expires::from_secs(60).unwrap());
    let presign = presign.header(HeaderName::CONTENT_LENGTH, 9.into());
    presign.sign(&Signer::new(&credentials, bucket.region(), now())).url
}

fn key() -> impl Strategy<Value = ObjectKey> {
    prop_oneof![any::<String>(), "[ +%~/a-c=&?#.]{1,12}", "(a|\\$\\{filename\\}|/){1,4}"]
        .prop_filter_map("not an object key", |key| ObjectKey::new(key).ok())
}

fn bucket() -> Bucket {
    Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto").unwrap())
        .unwrap()
}

fn credentials() -> Credentials {
    Credentials::new("AKIAIOSFODNN7EXAMPLE", SECRET).with_session_token(TOKEN)
}

const fn now() -> UnixTime {
    UnixTime::from_secs(1_795_460_400) // 2026-11-23T19:00:00Z
}
