//! Presigned PUTs with any headers, signed or not: what is stored is what was signed.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic")]

use post_object::{Fault, PutObject};
use proptest::prelude::*;
use signer::{
    Bucket, Credentials, Expires, HeaderName, HeaderValue, Method, ObjectKey, Presign,
    ReceivedRequest, Refusal, Region, Signer, UnixTime, UrlStyle, Verifier,
};

/// Headers that S3 stores or acts on, with values that R2 can store, and others.
const HEADERS: [(&str, &str); 16] = [
    ("cache-control", "private"),
    ("content-disposition", "attachment"),
    ("content-encoding", "gzip"),
    ("content-language", "de"),
    ("expires", "Thu, 01 Dec 2044 16:00:00 GMT"),
    ("content-type", "text/plain"),
    ("if-none-match", "*"),
    ("content-md5", "AAAAAAAAAAAAAAAAAAAAAA=="),
    ("x-amz-meta-a", "a"),
    ("x-amz-meta-b", "b"),
    ("x-amz-acl", "private"),
    ("x-amz-storage-class", "STANDARD_IA"),
    ("x-amz-checksum-crc32", "AAAAAA=="),
    ("x-amz-tagging", "a=b"),
    ("x-amz-copy-source", "/media/a"),
    ("x-other", "x"),
];

/// How a request has a header.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    Absent,
    Signed,
    Unsigned,
    Query,
    SignedAndQuery,
}

fn places() -> impl Strategy<Value = Vec<Place>> {
    let place = prop_oneof![
        6 => Just(Place::Absent),
        2 => Just(Place::Signed),
        1 => Just(Place::Unsigned),
        1 => Just(Place::Query),
        1 => Just(Place::SignedAndQuery),
    ];
    prop::collection::vec(place, HEADERS.len()).prop_map(|mut places| {
        // The signer refuses a parameter of this name, which belongs to Signature Version 2.
        let expires = HEADERS.iter().position(|(name, _)| *name == "expires").unwrap();
        if matches!(places[expires], Place::Query | Place::SignedAndQuery) {
            places[expires] = Place::Signed;
        }
        places
    })
}

/// Signs a PUT with headers in these places, and checks it.
fn check(places: &[Place]) -> Result<PutObject, Fault> {
    let credentials = Credentials::new("AKIDOWN", "own-secret-access-key-of-a-bucket");
    let region = Region::new("auto").unwrap();
    let bucket = Bucket::new("https://files.example.com/files", UrlStyle::Path, "media", region);
    let bucket = bucket.unwrap();
    let key = ObjectKey::new("a b").unwrap();
    let now = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
    let mut put = Presign::new(Method::Put, &bucket, &key, Expires::MAX);
    let mut sent = vec![("host", "files.example.com"), ("content-length", "7")];
    for ((name, value), place) in HEADERS.iter().zip(places) {
        let is_signed = matches!(place, Place::Signed | Place::SignedAndQuery);
        if is_signed {
            put = put.header(HeaderName::new(name).unwrap(), HeaderValue::new(value).unwrap());
        }
        if matches!(place, Place::Query | Place::SignedAndQuery) {
            put = put.query(name, value).unwrap();
        }
        if is_signed || *place == Place::Unsigned {
            sent.push((name, value));
        }
    }
    let url = put.sign(&Signer::new(&credentials, bucket.region(), now)).url;
    let (_, query) = url.split_once('?').unwrap();
    let request =
        ReceivedRequest { method: "PUT", path: "/files/media/a%20b", query, headers: &sent };
    PutObject::check(&request, &Verifier::new(&credentials, bucket.region(), now))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_stored_is_what_was_signed(places in places()) {
        let place = |name: &str| places[HEADERS.iter().position(|(known, _)| *known == name).unwrap()];
        let is_any = |wanted: &[Place], names: &[&str]| names.iter().any(|name| wanted.contains(&place(name)));
        let names = || HEADERS.map(|(name, _)| name);
        let of_amazon: Vec<_> = names().into_iter().filter(|name| name.starts_with("x-amz-")).collect();
        let others: Vec<_> = names().into_iter().filter(|name| !name.starts_with("x-")).collect();
        let checked = check(&places);
        let unsigned_amazon = is_any(&[Place::Unsigned], &of_amazon);
        // A parameter of the query is a header only if it is Amazon's, and no other may be there.
        let strange = is_any(&[Place::Query, Place::SignedAndQuery], &others);
        let followed = &HEADERS[..5].iter().map(|(name, _)| *name).collect::<Vec<_>>();
        let unsigned_followed = is_any(&[Place::Unsigned], followed);
        let unsupported = is_any(&[Place::Signed, Place::Query, Place::SignedAndQuery], &["x-amz-tagging", "x-amz-copy-source"]);
        let twice = is_any(&[Place::SignedAndQuery], &of_amazon);
        let is_refused = unsigned_amazon || strange || unsigned_followed || unsupported || twice;
        prop_assert_eq!(checked.is_err(), is_refused, "{:?}", checked);
        let Ok(put) = checked else { return Ok(()) };
        prop_assert_eq!(put.length, 7);
        let stored = put.fields;
        let has = |name: &str| place(name) != Place::Absent;
        let values = [&stored.cache_control, &stored.content_disposition, &stored.content_encoding, &stored.content_language];
        for (value, name) in values.into_iter().zip(followed) {
            prop_assert_eq!(value.is_some(), has(name), "{}", name);
        }
        prop_assert_eq!(stored.expires_ms.is_some(), has("expires"));
        prop_assert_eq!(stored.content_type == "text/plain", has("content-type"));
        prop_assert_eq!(stored.metadata.len(), usize::from(has("x-amz-meta-a")) + usize::from(has("x-amz-meta-b")));
        prop_assert_eq!(stored.checksums.len(), usize::from(has("content-md5")) + usize::from(has("x-amz-checksum-crc32")));
    }

    #[test]
    fn any_query_and_headers_are_answered(query in "[ -~]{0,200}", name in "[a-z-]{1,20}", value in "[ -~]{0,40}") {
        let credentials = Credentials::new("AKIDOWN", "own-secret-access-key-of-a-bucket");
        let region = Region::new("auto").unwrap();
        let verifier = Verifier::new(&credentials, &region, UnixTime::from_secs(1_795_460_400));
        let headers = [("host", "files.example.com"), (name.as_str(), value.as_str())];
        for query in [query.clone(), format!("X-Amz-Signature={query}&{query}")] {
            let request = ReceivedRequest { method: "PUT", path: "/files/media/a", query: &query, headers: &headers };
            prop_assert!(PutObject::check(&request, &verifier).is_err());
        }
    }
}

#[test]
fn the_reason_is_the_first_thing_that_is_wrong_with_a_valid_signature() {
    let with = |name: &str, place| {
        let places: Vec<_> = HEADERS
            .iter()
            .map(|(known, _)| if *known == name { place } else { Place::Absent })
            .collect();
        check(&places).map(|_| ())
    };
    let unsigned = |name: &str| Err(Refusal::UnsignedHeader { name: name.into() }.into());
    assert_eq!(with("x-other", Place::Unsigned), Ok(()));
    assert_eq!(with("x-amz-acl", Place::Unsigned), unsigned("x-amz-acl"));
    assert_eq!(with("content-encoding", Place::Unsigned), unsigned("content-encoding"));
    assert_eq!(with("content-language", Place::Query), Err(Fault::NotTheObject));
    let field = "x-amz-tagging".into();
    assert_eq!(with("x-amz-tagging", Place::Signed), Err(Fault::NotImplemented { field }));
}
