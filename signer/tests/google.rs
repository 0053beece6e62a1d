//! Google Cloud Storage's conformance tests, `vectors/google_v4_signatures.json`, and what they would say of HMAC keys,
//! `vectors/google_hmac.json`.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;
use signer::{
    Bucket, Credentials, Dialect, Expires, FieldName, FormKey, HeaderName, HeaderValue, Method,
    ObjectKey, PostPolicy, Presign, Region, Scope, Signer, SigningKey, UnixTime, UrlStyle,
};

/// What cannot be asked of the signer, or is refused, and why.
const NOT_ASKED: [(&str, &str); 11] = [
    ("Slashes in object name should not be URL encoded", "its header name has a slash"),
    ("Headers should be trimmed", "its header value has a tab"),
    ("List Objects", "a link is to one object"),
    ("Header Ordering", "x-goog-date belongs to the signature"),
    ("Signed Payload Instead of UNSIGNED-PAYLOAD", "a link signs no body"),
    ("HTTP Bucket Bound Hostname Support", "a bucket's name is in its URL"),
    ("HTTPS Bucket Bound Hostname Support", "a bucket's name is in its URL"),
    ("Simple GET with non-default hostname", "its port is not signed, and is in the header"),
    ("Endpoint on client with scheme", "the same"),
    ("Endpoint on client takes precedence over emulator", "the same"),
    ("Simple GET with endpoint on client", "a scheme's own port is left out"),
];

#[test]
fn urls_are_googles() {
    let (published, hmac) = (published(), hmac());
    let mut left_out = Vec::new();
    for (case, signed) in cases(&published["signingV4Tests"], &hmac["urls"]) {
        let name = text(&case["description"]);
        if NOT_ASKED.iter().any(|(description, _)| *description == name) {
            left_out.push(name);
            continue;
        }
        let now = instant(&case["timestamp"]);
        let bucket = bucket(case, text(&case["expectedUrl"]));
        let key = ObjectKey::new(text(&case["object"])).unwrap();
        let expires = case["expiration"].as_u64().unwrap().try_into().unwrap();
        let mut presign =
            Presign::new(method(case), &bucket, &key, Expires::from_secs(expires).unwrap());
        for (name, value) in entries(&case["headers"]) {
            presign = presign
                .header(HeaderName::new(name).unwrap(), HeaderValue::new(text(value)).unwrap());
        }
        for (name, value) in entries(&case["queryParameters"]) {
            presign = presign.query(name, text(value)).unwrap();
        }

        let credentials = credentials(&hmac);
        let signer = Signer::new(&credentials, bucket.region(), now).in_dialect(Dialect::Google);
        let request = presign.canonical_request(&signer);
        assert_eq!(request.to_string(), text(&signed["canonical_request"]), "{name}");
        let scope = Scope::new(bucket.region(), now).in_dialect(Dialect::Google);
        let to_sign = request.to_string_to_sign(&scope, now);
        assert_eq!(to_sign.as_str(), text(&signed["string_to_sign"]), "{name}");
        let url = presign.sign(&signer).url;
        assert!(url.ends_with(text(&signed["signature"])), "{name}: {url}");
        let published = text(&case["expectedUrl"]).split_once('?').unwrap();
        assert_eq!(url.split_once('?').unwrap().0, published.0, "{name}");
    }
    assert_eq!(left_out.len(), NOT_ASKED.len(), "{left_out:?}");
}

#[test]
fn forms_say_what_googles_say() {
    let (published, hmac) = (published(), hmac());
    for (case, signed) in cases(&published["postPolicyV4Tests"], &hmac["posts"]) {
        let (asked, name) = (&case["policyInput"], text(&case["description"]));
        if asked["urlStyle"] == "BUCKET_BOUND_HOSTNAME" {
            continue;
        }
        let now = instant(&asked["timestamp"]);
        let expiration = now.plus_secs(asked["expiration"].as_u64().unwrap());
        let bucket = bucket(asked, text(&case["policyOutput"]["url"]));
        let key = FormKey::exact(&ObjectKey::new(text(&asked["object"])).unwrap()).unwrap();
        let mut policy = PostPolicy::new(&bucket, key, expiration);
        for (name, value) in entries(&asked["fields"]) {
            policy = policy.exact(FieldName::new(name).unwrap(), text(value));
        }
        for (kind, value) in entries(&asked["conditions"]) {
            policy = match kind.as_str() {
                "startsWith" => policy.starts_with(
                    FieldName::new(text(&value[0]).trim_start_matches('$')).unwrap(),
                    text(&value[1]),
                ),
                "contentLengthRange" => policy
                    .content_length_range(value[0].as_u64().unwrap()..=value[1].as_u64().unwrap()),
                other => panic!("{other}"),
            };
        }
        let credentials = credentials(&hmac);
        let signer = Signer::new(&credentials, bucket.region(), now).in_dialect(Dialect::Google);
        let post = policy.sign(&signer);
        assert_eq!(
            post.url.trim_end_matches('/'),
            text(&case["policyOutput"]["url"]).trim_end_matches('/')
        );
        let ours = &post.fields.iter().find(|(name, _)| name == "policy").unwrap().1;
        let (ours, theirs) = (document(ours), document(text(&signed["fields"]["policy"])));
        assert_eq!(conditions(&ours), conditions(&theirs), "{name}");
        assert_eq!(ours["expiration"], theirs["expiration"], "{name}");

        let scope = Scope::new(bucket.region(), now).in_dialect(Dialect::Google);
        let signature =
            SigningKey::derive(&credentials, &scope).sign(text(&signed["fields"]["policy"]));
        assert_eq!(signature.to_string(), text(&signed["fields"]["x-goog-signature"]), "{name}");
    }
}

#[cfg(feature = "verify")]
#[test]
fn forms_of_googles_are_taken() {
    let (published, hmac) = (published(), hmac());
    for (case, signed) in cases(&published["postPolicyV4Tests"], &hmac["posts"]) {
        let (asked, name) = (&case["policyInput"], text(&case["description"]));
        let (credentials, region) = (credentials(&hmac), Region::new("auto").unwrap());
        let verifier = signer::Verifier::new(&credentials, &region, instant(&asked["timestamp"]))
            .in_dialect(Dialect::Google);
        // What a browser adds to a field that is left to it.
        let added = asked["conditions"]["startsWith"].as_array().map(|_| ("acl", "public-read"));
        let take = |signature| {
            let fields = entries(&signed["fields"]).map(|(name, value)| {
                (name.as_str(), if name == "x-goog-signature" { signature } else { text(value) })
            });
            verifier.post_form(text(&asked["bucket"]), fields.chain(added), None)
        };
        let taken = take(text(&signed["fields"]["x-goog-signature"]));
        assert_eq!(taken.unwrap().key.as_str(), text(&asked["object"]), "{name}");
        assert_eq!(take(&"0".repeat(64)).unwrap_err(), signer::Refusal::Signature, "{name}");
    }
}

/// Each case as it is published, and with HMAC.
fn cases<'a>(
    published: &'a Value,
    hmac: &'a Value,
) -> impl Iterator<Item = (&'a Value, &'a Value)> {
    let (published, hmac) = (published.as_array().unwrap(), hmac.as_array().unwrap());
    assert_eq!(published.len(), hmac.len());
    published.iter().zip(hmac)
}

fn bucket(case: &Value, url: &str) -> Bucket {
    let name = text(&case["bucket"]);
    let (scheme, rest) = url.split_once("://").unwrap();
    let host = rest.split('/').next().unwrap();
    let (style, host) = match host.strip_prefix(&format!("{name}.")) {
        Some(host) => (UrlStyle::VirtualHosted, host),
        None => (UrlStyle::Path, host),
    };
    let region = Region::new("auto").unwrap();
    Bucket::new(&format!("{scheme}://{host}"), style, name, region).unwrap()
}

fn credentials(hmac: &Value) -> Credentials {
    Credentials::new(text(&hmac["access_key_id"]), text(&hmac["secret_access_key"]))
}

fn method(case: &Value) -> Method {
    let methods = [Method::Get, Method::Head, Method::Put, Method::Post, Method::Delete];
    methods.into_iter().find(|method| method.as_str() == case["method"]).unwrap()
}

/// The three days that the tests know.
fn instant(timestamp: &Value) -> UnixTime {
    UnixTime::from_secs(match text(timestamp) {
        "2019-02-01T09:00:00Z" => 1_549_011_600,
        "2019-03-01T09:00:00Z" => 1_551_430_800,
        "2020-01-23T04:35:30Z" => 1_579_754_130,
        other => panic!("{other}"),
    })
}

fn document(policy: &str) -> Value {
    serde_json::from_slice(&BASE64_STANDARD.decode(policy).unwrap()).unwrap()
}

/// Sorted, their names in lower case: order and case are the signer's own.
fn conditions(document: &Value) -> Vec<String> {
    let conditions = document["conditions"].as_array().unwrap().iter();
    let mut conditions: Vec<_> = conditions
        .map(|condition| match condition.as_object() {
            Some(exact) => {
                let (name, value) = exact.iter().next().unwrap();
                format!("{}: {value}", name.to_ascii_lowercase())
            }
            None => condition.to_string(),
        })
        .collect();
    conditions.sort();
    conditions
}

fn published() -> Value {
    serde_json::from_str(include_str!("vectors/google_v4_signatures.json")).unwrap()
}

fn hmac() -> Value {
    serde_json::from_str(include_str!("vectors/google_hmac.json")).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn entries(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flatten()
}
