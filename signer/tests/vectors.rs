//! What others sign at a frozen time, `vectors/*.json`, comes out of us equal: `README.md` names each difference.

#![cfg(feature = "sigv2")]
#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

mod cases;

use cases::{
    bucket, cases, credentials, decoded, fields, headers, method, now, object_key, parse, policy,
    presign, signer, strings, text,
};
use serde_json::Value;
use signer::{Authorize, Payload, SignerV2};

const BOTO3: &str = include_str!("vectors/boto3.json");
const BOTO3_V2: &str = include_str!("vectors/boto3_v2.json");
const AWS4FETCH: &str = include_str!("vectors/aws4fetch.json");
const AWS_SIGV4: &str = include_str!("vectors/aws_sigv4.json");

#[test]
fn urls_are_equal() {
    for vectors in [BOTO3, AWS4FETCH, AWS_SIGV4].map(parse) {
        for case in cases(&vectors, "urls") {
            let (bucket, key) = (bucket(case), object_key(case));
            let credentials = credentials(&vectors, case);
            let url =
                presign(case, &bucket, &key).sign(&signer(&credentials, &bucket, &vectors)).url;
            assert_url(&url, case, &vectors);
        }
    }
}

#[test]
fn urls_of_version_2_are_equal() {
    let vectors = parse(BOTO3_V2);
    for case in cases(&vectors, "urls") {
        let (bucket, key) = (bucket(case), object_key(case));
        let credentials = credentials(&vectors, case);
        let url =
            presign(case, &bucket, &key).sign_v2(&SignerV2::new(&credentials, now(&vectors))).url;
        assert_url(&url, case, &vectors);
    }
}

#[test]
fn headers_are_equal() {
    let vectors = parse(AWS4FETCH);
    for case in cases(&vectors, "headers") {
        let (bucket, key) = (bucket(case), object_key(case));
        let mut request = Authorize::new(method(case), &bucket, &key, Payload::Unsigned);
        for (name, value) in headers(case) {
            request = request.header(name, value);
        }
        for (name, value) in strings(&case["query"]) {
            request = request.query(&name, &value).unwrap();
        }
        let credentials = credentials(&vectors, case);
        let signed = request.sign(&signer(&credentials, &bucket, &vectors));
        let ours = signed.headers.iter().find(|(name, _)| name.as_str() == "authorization");
        assert_eq!(ours.unwrap().1.as_str(), text(&case["authorization"]), "{}", case["key"]);
    }
}

#[test]
fn forms_are_equal() {
    let vectors = parse(BOTO3);
    for case in cases(&vectors, "posts") {
        let (bucket, credentials) = (bucket(case), credentials(&vectors, case));
        let post = policy(case, &bucket, &vectors).sign(&signer(&credentials, &bucket, &vectors));
        assert_eq!(post.url, text(&case["url"]));
        let mut fields = fields(post);
        // Meant: the policy holds it, and some servers ask for it.
        assert_eq!(fields.remove("bucket").as_deref(), Some(text(&case["bucket"])));
        assert_eq!(fields, strings(&case["fields"]));
    }
}

#[test]
fn forms_of_version_2_are_equal() {
    let vectors = parse(BOTO3_V2);
    for case in cases(&vectors, "posts") {
        let (bucket, credentials) = (bucket(case), credentials(&vectors, case));
        let signer = SignerV2::new(&credentials, now(&vectors));
        let post = policy(case, &bucket, &vectors).sign_v2(&signer);
        assert_eq!(post.url, text(&case["url"]));
        assert_eq!(fields(post), strings(&case["fields"]));
    }
}

fn assert_url(url: &str, case: &Value, vectors: &Value) {
    let (base, query) = url.split_once('?').unwrap();
    assert_eq!(base, text(&case["base"]), "{}", vectors["origin"]);
    assert_eq!(decoded(query), strings(&case["signed_query"]), "{}", vectors["origin"]);
}
