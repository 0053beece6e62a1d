//! Which presigned URLs are taken, and which rule refuses the others.

#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

mod asks;

use asks::{bucket, credentials, now, region};
use proptest::prelude::*;
use signer::{
    Expires, HeaderName, HeaderValue, Method, ObjectKey, Payload, Place, Presign, ReceivedRequest,
    Refusal, Signer, UnixTime, VerifiedUrl, Verifier,
};

type Headers = Vec<(HeaderName, HeaderValue)>;

/// A request as its client would send it.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Sent {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
}

proptest! {
    #[test]
    fn takes_what_the_signer_signs(method in asks::method(), key in asks::key(), headers in asks::headers(), name in "[a-zA-Z é~-]{1,9}", value in any::<String>()) {
        let sent = sent(method, &key, headers, &[(&name, &value)]);
        prop_assert_eq!(verify(&sent), Ok(VerifiedUrl { expires_at: now().plus_secs(600), payload: Payload::Unsigned }));
    }

    /// One bit of one byte, wherever it is; only `%2f` for `%2F` means the same to S3.
    #[test]
    fn refuses_any_changed_byte(key in asks::key(), headers in asks::headers(), at in any::<prop::sample::Index>(), bit in 0..7_u8) {
        let mut sent = sent(Method::Put, &key, headers, &[("versionId", "a/b")]);
        let before = decoded(&sent);
        let mut parts: Vec<&mut String> = vec![&mut sent.method, &mut sent.path, &mut sent.query];
        parts.extend(sent.headers.iter_mut().map(|(_, value)| value));
        let mut at = at.index(parts.iter().map(|part| part.len()).sum());
        let part = parts.into_iter().find(|part| { let here = at < part.len(); if !here { at -= part.len(); } here }).unwrap();
        let mut bytes = part.clone().into_bytes();
        bytes[at] ^= 1 << bit;
        let Ok(changed) = String::from_utf8(bytes) else { return Ok(()) };
        *part = changed;
        prop_assume!(decoded(&sent) != before);
        prop_assert!(verify(&sent).is_err(), "{:?}", sent);
    }

    #[test]
    fn never_panics(path in any::<String>(), query in any::<String>(), name in any::<String>(), value in any::<String>()) {
        let request = ReceivedRequest { method: "GET", path: &path, query: &query, headers: &[(&name, &value)] };
        let (credentials, region) = (credentials(), region());
        let verifier = Verifier::new(&credentials, &region, now());
        prop_assert!(verifier.presigned_url(&request).is_err());
        prop_assert!(verifier.authorization(&request).is_err());
    }
}

#[test]
fn takes_a_url_until_it_expires() {
    let sent = get();
    let at = |secs: u64| {
        let (credentials, region) = (credentials(), region());
        sent.received(|request| {
            Verifier::new(&credentials, &region, UnixTime::from_secs(secs)).presigned_url(request)
        })
    };
    let signed_at = now().as_secs();
    assert!(at(signed_at + 599).is_ok());
    assert_eq!(at(signed_at + 600), Err(Refusal::Expired { at: now().plus_secs(600) }));
    assert!(at(signed_at - 900).is_ok());
    assert_eq!(at(signed_at - 901), Err(Refusal::Skewed { place: Place::Query }));
}

#[test]
fn takes_a_path_that_is_encoded_otherwise() {
    let mut sent = sent(Method::Get, &ObjectKey::new("it's (1).png").unwrap(), vec![], &[]);
    sent.path = "/media/it's%20(1).png".into();
    assert!(verify(&sent).is_ok());
}

#[test]
fn takes_headers_in_any_case_and_spacing() {
    let value = HeaderValue::new("max-age=60, private").unwrap();
    let mut sent =
        sent(Method::Put, &key(), vec![(HeaderName::new("cache-control").unwrap(), value)], &[]);
    for (name, value) in &mut sent.headers {
        (*name, *value) = (name.to_ascii_uppercase(), format!("  {} ", value.replace(' ', "   ")));
    }
    sent.headers.push(("Accept".into(), "*/*".into()));
    assert!(verify(&sent).is_ok());
}

#[test]
fn refuses_another_header_to_s3_that_is_not_signed() {
    let mut sent = get();
    sent.headers.push(("X-Amz-Acl".into(), "public-read".into()));
    assert_eq!(verify(&sent), Err(Refusal::UnsignedHeader { name: "x-amz-acl".into() }));
}

#[test]
fn refuses_a_query_that_is_not_whole() {
    for (from, to, code) in [
        ("X-Amz-Algorithm=AWS4", "X-Amz-Algorithm=AWS5", "AuthorizationQueryParametersError"),
        ("X-Amz-Algorithm", "x-amz-algorithm", "AuthorizationQueryParametersError"),
        ("X-Amz-Signature", "Signature", "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=600", "X-Amz-Expires=0", "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=600", "X-Amz-Expires=604801", "AuthorizationQueryParametersError"),
        ("X-Amz-Expires=600", "X-Amz-Expires=%2B600", "AuthorizationQueryParametersError"),
        (
            "X-Amz-Expires=600",
            "X-Amz-Expires=600&X-Amz-Expires=6000",
            "AuthorizationQueryParametersError",
        ),
        ("X-Amz-Expires=600", "X-Amz-Expires=6000", "SignatureDoesNotMatch"),
        ("X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=", "AuthorizationQueryParametersError"),
        (
            "X-Amz-SignedHeaders=host",
            "X-Amz-SignedHeaders=Host",
            "AuthorizationQueryParametersError",
        ),
        (
            "X-Amz-SignedHeaders=host",
            "X-Amz-SignedHeaders=range%3Bhost",
            "AuthorizationQueryParametersError",
        ),
        (
            "X-Amz-SignedHeaders=host",
            "X-Amz-SignedHeaders=host%3Brange",
            "AuthorizationHeaderMalformed",
        ),
        ("20261123%2F", "20261122%2F", "AuthorizationQueryParametersError"),
        ("%2Fauto%2F", "%2Feu-west-1%2F", "AuthorizationQueryParametersError"),
        ("20261123T190000Z", "20261123T190001Z", "SignatureDoesNotMatch"),
        ("20261123T190000Z", "now", "AuthorizationQueryParametersError"),
        ("X-Amz-Security-Token=", "X-Amz-Security-Token=x", "InvalidToken"),
        ("AKIA", "AKIB", "InvalidAccessKeyId"),
        ("X-Amz-Date", "a=b&X-Amz-Date", "SignatureDoesNotMatch"),
        ("X-Amz-Date", "&X-Amz-Date", "SignatureDoesNotMatch"),
        ("X-Amz-Date", "%FF&X-Amz-Date", "AuthorizationQueryParametersError"),
    ] {
        let mut sent = get();
        sent.query = sent.query.replace(from, to);
        let refusal = verify(&sent).unwrap_err();
        assert_eq!(refusal.code(), code, "{from} -> {to}: {refusal}");
    }
    let mut sent = get();
    sent.headers.clear();
    assert_eq!(verify(&sent).unwrap_err().code(), "AuthorizationHeaderMalformed");
}

fn key() -> ObjectKey {
    ObjectKey::new("a.txt").unwrap()
}

fn get() -> Sent {
    sent(Method::Get, &key(), vec![], &[])
}

fn sent(method: Method, key: &ObjectKey, headers: Headers, query: &[(&str, &str)]) -> Sent {
    let (bucket, credentials) = (bucket(), credentials());
    let mut presign = Presign::new(method, &bucket, key, Expires::from_secs(600).unwrap());
    for (name, value) in headers {
        presign = presign.header(name, value);
    }
    for (name, value) in query {
        presign = presign.query(name, value).unwrap();
    }
    let signed = presign.sign(&Signer::new(&credentials, bucket.region(), now()));
    let (path, query) =
        signed.url.strip_prefix("https://s3.example.com").unwrap().split_once('?').unwrap();
    let headers =
        signed.headers.iter().map(|(name, value)| (name.as_str().into(), value.as_str().into()));
    Sent {
        method: method.as_str().into(),
        path: path.into(),
        query: query.into(),
        headers: headers.chain([("host".to_owned(), "s3.example.com".to_owned())]).collect(),
    }
}

impl Sent {
    fn received<T>(&self, check: impl FnOnce(&ReceivedRequest<'_>) -> T) -> T {
        let headers: Vec<_> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        check(&ReceivedRequest {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &headers,
        })
    }
}

fn verify(sent: &Sent) -> Result<VerifiedUrl, Refusal> {
    let (credentials, region) = (credentials(), region());
    sent.received(|request| Verifier::new(&credentials, &region, now()).presigned_url(request))
}

/// What S3 makes of it: encodings and folded spaces are the same request.
fn decoded(sent: &Sent) -> (Vec<Vec<u8>>, Vec<(String, String)>) {
    let decode = |text: &str| percent_encoding::percent_decode_str(text).collect();
    let fold = |value: &str| {
        value.split([' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let headers = sent.headers.iter().map(|(name, value)| (name.clone(), fold(value))).collect();
    (vec![sent.method.clone().into(), decode(&sent.path), decode(&sent.query)], headers)
}
