//! What the AWS JavaScript SDK signs at a frozen time, `vectors/aws_sdk_js.json`, is taken by us.

#![cfg(feature = "verify")]
#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

mod cases;

use std::collections::BTreeMap;

use cases::{
    bucket, cases, credentials, decoded, expires, now, object_key, parse, presign, signer, strings,
    text,
};
use signer::{FILENAME, ReceivedRequest, Refusal, Verifier};

const AWS_SDK_JS: &str = include_str!("vectors/aws_sdk_js.json");

/// The SDK signs one parameter more, which says what S3 assumes anyway, so its signature is another one: it is checked.
#[test]
fn urls_of_the_javascript_sdk_are_taken() {
    let vectors = parse(AWS_SDK_JS);
    for case in cases(&vectors, "urls") {
        let (bucket, key) = (bucket(case), object_key(case));
        let (base, signed) = (text(&case["base"]), strings(&case["signed_query"]));
        let credentials = credentials(&vectors, case);
        let ours = presign(case, &bucket, &key).sign(&signer(&credentials, &bucket, &vectors)).url;
        let (our_base, our_query) = ours.split_once('?').unwrap();
        assert_eq!(our_base, base);
        let named = |query: BTreeMap<String, String>| -> Vec<_> {
            let its_own = ["X-Amz-Content-Sha256", "X-Amz-Signature", "x-id"];
            query.into_iter().filter(|(name, _)| !its_own.contains(&name.as_str())).collect()
        };
        assert_eq!(named(decoded(our_query)), named(signed.clone()));

        let (host, path) = base.split_once("://").unwrap().1.split_once('/').unwrap();
        let (path, sent) = (format!("/{path}"), strings(&case["headers"]));
        let headers: Vec<_> =
            sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).chain([("Host", host)]).collect();
        let take = |signed: &BTreeMap<String, String>| {
            let query: Vec<_> =
                signed.iter().map(|(n, v)| [encoded(n), encoded(v)].join("=")).collect();
            let request = ReceivedRequest {
                method: text(&case["method"]),
                path: &path,
                query: &query.join("&"),
                headers: &headers,
            };
            Verifier::new(&credentials, bucket.region(), now(&vectors)).presigned_url(&request)
        };
        let until = now(&vectors).plus_secs(expires(case).as_secs().into());
        assert_eq!(take(&signed).unwrap().expires_at, until, "{}", case["key"]);
        let mut other = signed.clone();
        other.insert("X-Amz-Signature".into(), "0".repeat(64));
        assert_eq!(take(&other), Err(Refusal::Signature));
    }
}

/// The SDK spells and orders a form's fields otherwise, so its signature is another one: it is checked.
#[test]
fn forms_of_the_javascript_sdk_are_taken() {
    let vectors = parse(AWS_SDK_JS);
    for case in cases(&vectors, "posts") {
        let (bucket, credentials) = (bucket(case), credentials(&vectors, case));
        let mut fields = strings(&case["fields"]);
        for condition in case["conditions"].as_array().unwrap() {
            // What a browser adds to a field that is left to it.
            if condition[0] == "starts-with" {
                fields.insert(text(&condition[1]).replace('$', ""), text(&condition[2]).into());
            }
        }
        let take = |fields: &BTreeMap<String, String>| {
            let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            let verifier = Verifier::new(&credentials, bucket.region(), now(&vectors));
            verifier.post_form(bucket.name(), fields, Some("a.png"))
        };
        let key = text(&case["key"]).replace(FILENAME, "a.png");
        assert_eq!(take(&fields).unwrap().key.as_str(), key);
        fields.insert("X-Amz-Signature".into(), "0".repeat(64));
        assert_eq!(take(&fields).unwrap_err(), Refusal::Signature);
    }
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
