//! The worked examples in Amazon's own documentation, byte for byte.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use base64::prelude::{BASE64_STANDARD, Engine as _};
use signer::{
    Bucket, Credentials, Expires, Method, ObjectKey, Presign, Region, Scope, Signer, SigningKey,
    UnixTime, UrlStyle,
};

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
#[test]
fn presigned_get_of_2013_05_24() {
    let now = UnixTime::from_secs(1_369_353_600); // 2013-05-24T00:00:00Z
    let bucket = bucket("examplebucket");
    let key = ObjectKey::new("test.txt").unwrap();
    let presign = Presign::new(Method::Get, &bucket, &key, Expires::from_secs(86_400).unwrap());
    let credentials = credentials();
    let signer = Signer::new(&credentials, bucket.region(), now);

    let request = presign.canonical_request(&signer);
    assert_eq!(
        request.to_string(),
        "GET\n\
         /test.txt\n\
         X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2F\
         aws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\n\
         host:examplebucket.s3.amazonaws.com\n\
         \n\
         host\n\
         UNSIGNED-PAYLOAD"
    );
    assert_eq!(
        request.to_string_to_sign(&Scope::new(bucket.region(), now), now).as_str(),
        "AWS4-HMAC-SHA256\n\
         20130524T000000Z\n\
         20130524/us-east-1/s3/aws4_request\n\
         3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04"
    );
    assert_eq!(
        presign.sign(&signer).url,
        "https://examplebucket.s3.amazonaws.com/test.txt\
         ?X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
         &X-Amz-Date=20130524T000000Z\
         &X-Amz-Expires=86400\
         &X-Amz-SignedHeaders=host\
         &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    );
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

fn policy(base64: &str) -> serde_json::Value {
    serde_json::from_slice(&BASE64_STANDARD.decode(base64).unwrap()).unwrap()
}

fn sorted(policy: &serde_json::Value) -> Vec<String> {
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
