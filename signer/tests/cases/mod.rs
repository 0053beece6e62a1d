//! Reading `vectors/*.json`: what was asked, and what others signed.

#![allow(dead_code, reason = "not every test file needs all of it")]

use std::collections::BTreeMap;

use serde_json::Value;
use signer::{
    Bucket, Credentials, Expires, FILENAME, FieldName, FormKey, HeaderName, HeaderValue, Method,
    ObjectKey, PostPolicy, Presign, PresignedPost, Region, Signer, UnixTime, UrlStyle,
};

pub(crate) fn presign<'a>(case: &Value, bucket: &'a Bucket, key: &'a ObjectKey) -> Presign<'a> {
    let mut presign = Presign::new(method(case), bucket, key, expires(case));
    for (name, value) in headers(case) {
        presign = presign.header(name, value);
    }
    for (name, value) in strings(&case["query"]) {
        presign = presign.query(&name, &value).unwrap();
    }
    presign
}

pub(crate) fn policy<'a>(case: &Value, bucket: &'a Bucket, vectors: &Value) -> PostPolicy<'a> {
    let expiration = now(vectors).plus_secs(expires(case).as_secs().into());
    let policy = PostPolicy::new(bucket, form_key(text(&case["key"])), expiration);
    case["conditions"].as_array().unwrap().iter().fold(policy, add)
}

pub(crate) fn fields(post: PresignedPost) -> BTreeMap<String, String> {
    post.fields.into_iter().map(|(name, value)| (name.into_owned(), value)).collect()
}

pub(crate) fn headers(case: &Value) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let headers = strings(&case["headers"]).into_iter();
    headers
        .map(|(name, value)| (HeaderName::new(&name).unwrap(), HeaderValue::new(&value).unwrap()))
}

pub(crate) fn object_key(case: &Value) -> ObjectKey {
    ObjectKey::new(text(&case["key"])).unwrap()
}

pub(crate) fn add<'a>(policy: PostPolicy<'a>, condition: &Value) -> PostPolicy<'a> {
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

pub(crate) fn form_key(key: &str) -> FormKey {
    match key.strip_suffix(FILENAME) {
        Some(prefix) => FormKey::filename_under(prefix).unwrap(),
        None => FormKey::exact(&ObjectKey::new(key).unwrap()).unwrap(),
    }
}

pub(crate) fn method(case: &Value) -> Method {
    let methods = [Method::Get, Method::Head, Method::Put, Method::Delete];
    methods.into_iter().find(|method| method.as_str() == case["method"]).unwrap()
}

pub(crate) fn expires(case: &Value) -> Expires {
    Expires::from_secs(case["expires"].as_u64().unwrap().try_into().unwrap()).unwrap()
}

pub(crate) fn bucket(case: &Value) -> Bucket {
    let style = if case["style"] == "path" { UrlStyle::Path } else { UrlStyle::VirtualHosted };
    let region = Region::new(text(&case["region"])).unwrap();
    Bucket::new(text(&case["endpoint"]), style, text(&case["bucket"]), region).unwrap()
}

pub(crate) fn credentials(vectors: &Value, case: &Value) -> Credentials {
    let credentials =
        Credentials::new(text(&vectors["access_key_id"]), text(&vectors["secret_access_key"]));
    match case["token"].as_str() {
        Some(token) => credentials.with_session_token(token),
        None => credentials,
    }
}

pub(crate) fn signer<'a>(
    credentials: &'a Credentials,
    bucket: &Bucket,
    vectors: &Value,
) -> Signer<'a> {
    Signer::new(credentials, bucket.region(), now(vectors))
}

pub(crate) fn now(vectors: &Value) -> UnixTime {
    UnixTime::from_secs(vectors["now"].as_u64().unwrap())
}

pub(crate) fn parse(vectors: &str) -> Value {
    serde_json::from_str(vectors).unwrap()
}

pub(crate) fn cases<'a>(vectors: &'a Value, kind: &str) -> &'a [Value] {
    let cases = vectors[kind].as_array().unwrap();
    assert!(!cases.is_empty());
    cases
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

pub(crate) fn strings(object: &Value) -> BTreeMap<String, String> {
    object
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), text(value).into()))
        .collect()
}

pub(crate) fn decoded(query: &str) -> BTreeMap<String, String> {
    let decode =
        |text| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(n, v)| (decode(n), decode(v)))
        .collect()
}
