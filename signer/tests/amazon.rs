//! The worked examples in Amazon's own documentation, byte for byte.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

mod cases;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cases::{cases, expires, headers, method, now, object_key, parse, strings, text};
use serde_json::Value;
use signer::{
    Authorize, Bucket, CanonicalRequest, Credentials, ObjectKey, Payload, Presign, Region, Scope,
    Signer, SigningKey, UnixTime, UrlStyle,
};

const AMAZON: &str = include_str!("vectors/amazon.json");

/// The presigned GET.
#[test]
fn urls_are_amazons() {
    let vectors = parse(AMAZON);
    for case in cases(&vectors, "urls") {
        let (bucket, key) = (bucket("examplebucket"), object_key(case));
        let presign = Presign::new(method(case), &bucket, &key, expires(case));
        let credentials = credentials();
        let signer = Signer::new(&credentials, bucket.region(), now(&vectors));
        assert_intermediates(&presign.canonical_request(&signer), case, &vectors);
        let url = presign.sign(&signer).url;
        let (base, query) = url.split_once('?').unwrap();
        assert_eq!(base, "https://examplebucket.s3.amazonaws.com/test.txt");
        let signature = format!("&X-Amz-Signature={}", text(&case["signature"]));
        let query_signed = text(&case["canonical_request"]).lines().nth(2).unwrap();
        assert_eq!(query, format!("{query_signed}{signature}"));
    }
}

/// The four requests that are signed in their headers.
#[test]
fn headers_are_amazons() {
    let vectors = parse(AMAZON);
    for case in cases(&vectors, "headers") {
        let bucket = bucket("examplebucket");
        let payload = Payload::of(text(&case["body"]).as_bytes());
        let key = case["key"].as_str().map(|key| ObjectKey::new(key).unwrap());
        let mut request = match &key {
            Some(key) => Authorize::new(method(case), &bucket, key, payload),
            None => Authorize::of_bucket(method(case), &bucket, payload),
        };
        for (name, value) in headers(case) {
            request = request.header(name, value);
        }
        for (name, value) in strings(&case["query"]) {
            request = request.query(&name, &value).unwrap();
        }
        let credentials = credentials();
        let signer = Signer::new(&credentials, bucket.region(), now(&vectors));
        assert_intermediates(&request.canonical_request(&signer), case, &vectors);
        let sent = request.sign(&signer);
        let (_, authorization) =
            sent.headers.iter().find(|(name, _)| name.as_str() == "authorization").unwrap();
        let signature = format!(", Signature={}", text(&case["signature"]));
        assert!(authorization.as_str().ends_with(&signature), "{}", authorization.as_str());
    }
}

fn assert_intermediates(request: &CanonicalRequest, case: &Value, vectors: &Value) {
    assert_eq!(request.to_string(), text(&case["canonical_request"]));
    let scope = Scope::new(&Region::new("us-east-1").unwrap(), now(vectors));
    let to_sign = request.to_string_to_sign(&scope, now(vectors));
    assert_eq!(to_sign.as_str(), text(&case["string_to_sign"]));
    let signature = SigningKey::derive(&credentials(), &scope).sign(to_sign.as_str());
    assert_eq!(signature.to_string(), text(&case["signature"]));
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>
///
/// Amazon lays its document out by hand, so its base64 is signed as it stands.
#[test]
fn post_policy_of_2015_12_29() {
    let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
    let scope = Scope::new(&Region::new("us-east-1").unwrap(), now);
    assert_eq!(scope.to_string(), "20151229/us-east-1/s3/aws4_request");

    let string_to_sign = include_str!("vectors/amazon_post_policy.b64").trim_end();
    let document = String::from_utf8(BASE64_STANDARD.decode(string_to_sign).unwrap()).unwrap();
    assert!(
        document.starts_with("{ \"expiration\": \"2015-12-30T12:00:00.000Z\",\r\n"),
        "{document}"
    );
    assert!(
        document.contains(&format!(r#"{{"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/{scope}"}}"#)),
        "{document}"
    );

    assert_eq!(
        SigningKey::derive(&credentials(), &scope).sign(string_to_sign).to_string(),
        "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"
    );
}

/// The same form made by us: the same conditions and fields, in our own spacing and order.
#[test]
fn the_form_of_2015_12_29_has_the_same_conditions() {
    use signer::{FieldName, FormKey, PostPolicy};

    let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
    let bucket = bucket("sigv4examplebucket");
    let key = FormKey::filename_under("user/user1/").unwrap();
    let field = |name| FieldName::new(name).unwrap();
    let expiration = UnixTime::from_secs(1_451_476_800); // 2015-12-30T12:00:00Z
    let post = PostPolicy::new(&bucket, key, expiration)
        .exact(FieldName::ACL, "public-read")
        .exact(
            FieldName::SUCCESS_ACTION_REDIRECT,
            "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html",
        )
        .starts_with(FieldName::CONTENT_TYPE, "image/")
        .exact(field("x-amz-meta-uuid"), "14365123651274")
        .exact(field("x-amz-server-side-encryption"), "AES256")
        .starts_with(field("x-amz-meta-tag"), "")
        .sign(&Signer::new(&credentials(), bucket.region(), now));

    let ours = policy(&post.fields.iter().find(|(name, _)| name == "policy").unwrap().1);
    let amazons = policy(include_str!("vectors/amazon_post_policy.b64").trim_end());
    assert_eq!(sorted(&ours), sorted(&amazons));
}

fn policy(base64: &str) -> Value {
    serde_json::from_slice(&BASE64_STANDARD.decode(base64).unwrap()).unwrap()
}

fn sorted(policy: &Value) -> Vec<String> {
    let mut conditions: Vec<_> =
        policy["conditions"].as_array().unwrap().iter().map(ToString::to_string).collect();
    conditions.sort();
    conditions
}

fn bucket(name: &str) -> Bucket {
    let region = Region::new("us-east-1").unwrap();
    Bucket::new("https://s3.amazonaws.com", UrlStyle::VirtualHosted, name, region).unwrap()
}

fn credentials() -> Credentials {
    Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}
