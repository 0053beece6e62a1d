//! What boto3 signs at a frozen time, `vectors/boto3.json`, comes out of us equal in every field.
//!
//! One difference is meant: our form also sends `bucket`, which the policy holds and some servers ask for.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use std::collections::BTreeMap;

use serde_json::Value;
use signer::{
    Bucket, Credentials, Expires, FILENAME, FieldName, FormKey, HeaderName, HeaderValue, Method,
    ObjectKey, PostPolicy, Presign, Region, Signer, UnixTime, UrlStyle,
};

#[test]
fn urls_are_equal() {
    let vectors = vectors();
    for case in vectors["urls"].as_array().unwrap() {
        let bucket = bucket(case);
        let key = ObjectKey::new(text(&case["key"])).unwrap();
        let mut presign = Presign::new(method(case), &bucket, &key, expires(case));
        for (name, value) in case["headers"].as_object().unwrap() {
            presign = presign
                .header(HeaderName::new(name).unwrap(), HeaderValue::new(text(value)).unwrap());
        }
        for (name, value) in case["query"].as_object().unwrap() {
            presign = presign.query(name, text(value)).unwrap();
        }
        let url = presign.sign(&signer(&credentials(&vectors, case), &bucket, &vectors)).url;
        let (base, query) = url.split_once('?').unwrap();
        assert_eq!(base, text(&case["base"]));
        assert_eq!(decoded(query), strings(&case["signed_query"]), "{}", case["key"]);
    }
}

#[test]
fn forms_are_equal() {
    let vectors = vectors();
    for case in vectors["posts"].as_array().unwrap() {
        let bucket = bucket(case);
        let expiration = now(&vectors).plus_secs(expires(case).as_secs().into());
        let mut policy = PostPolicy::new(&bucket, form_key(text(&case["key"])), expiration);
        for condition in case["conditions"].as_array().unwrap() {
            policy = add(policy, condition);
        }
        let post = policy.sign(&signer(&credentials(&vectors, case), &bucket, &vectors));
        assert_eq!(post.url, text(&case["url"]));
        let mut fields: BTreeMap<String, String> =
            post.fields.into_iter().map(|(name, value)| (name.into_owned(), value)).collect();
        assert_eq!(fields.remove("bucket").as_deref(), Some(text(&case["bucket"])));
        assert_eq!(fields, strings(&case["fields"]));
    }
}

fn add<'a>(policy: PostPolicy<'a>, condition: &Value) -> PostPolicy<'a> {
    if let Some(exact) = condition.as_object() {
        let (field, value) = exact.iter().next().unwrap();
        return policy.exact(FieldName::new(field).unwrap(), text(value));
    }
    match condition.as_array().unwrap().as_slice() {
        [kind, min, max] if kind == "content-length-range" => {
            policy.content_length_range(min.as_u64().unwrap()..=max.as_u64().unwrap())
        }
        [kind, field, prefix] if kind == "starts-with" => policy.starts_with(
            FieldName::new(text(field).trim_start_matches('$')).unwrap(),
            text(prefix),
        ),
        other => panic!("unknown condition {other:?}"),
    }
}

fn form_key(key: &str) -> FormKey {
    match key.strip_suffix(FILENAME) {
        Some(prefix) => FormKey::filename_under(prefix).unwrap(),
        None => FormKey::exact(&ObjectKey::new(key).unwrap()).unwrap(),
    }
}

fn method(case: &Value) -> Method {
    let methods = [Method::Get, Method::Head, Method::Put, Method::Delete];
    methods.into_iter().find(|method| method.as_str() == case["method"]).unwrap()
}

fn expires(case: &Value) -> Expires {
    Expires::from_secs(case["expires"].as_u64().unwrap().try_into().unwrap()).unwrap()
}

fn bucket(case: &Value) -> Bucket {
    let style = if case["style"] == "path" { UrlStyle::Path } else { UrlStyle::VirtualHosted };
    let region = Region::new(text(&case["region"])).unwrap();
    Bucket::new(text(&case["endpoint"]), style, text(&case["bucket"]), region).unwrap()
}

fn credentials(vectors: &Value, case: &Value) -> Credentials {
    let credentials =
        Credentials::new(text(&vectors["access_key_id"]), text(&vectors["secret_access_key"]));
    match case["token"].as_str() {
        Some(token) => credentials.with_session_token(token),
        None => credentials,
    }
}

fn signer<'a>(credentials: &'a Credentials, bucket: &Bucket, vectors: &Value) -> Signer<'a> {
    Signer::new(credentials, bucket.region(), now(vectors))
}

fn now(vectors: &Value) -> UnixTime {
    UnixTime::from_secs(vectors["now"].as_u64().unwrap())
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors/boto3.json")).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn strings(object: &Value) -> BTreeMap<String, String> {
    object
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), text(value).into()))
        .collect()
}

fn decoded(query: &str) -> BTreeMap<String, String> {
    let decode =
        |text| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(n, v)| (decode(n), decode(v)))
        .collect()
}
