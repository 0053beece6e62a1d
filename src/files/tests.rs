//! Objects that others overwrite, buckets that fail, and laws of ranges.

use proptest::prelude::*;
use rules::{ActiveContent, RequestHeaders};
use signer::UnixTime;

use super::read_object::{Body, Next, ObjectAnswer, Read, ReadObject};
use super::{ByteRange, CacheControl, ErrorFormat, Found, Presentation, StoredObject};

fn object(etag: &str, has_bytes: bool) -> Found {
    Found::Object(Box::new(StoredObject {
        size: 11,
        etag: etag.into(),
        modified_at: UnixTime::from_secs(1_795_460_400), // 2026-11-23T19:00:00Z
        content_type: None,
        content_disposition: None,
        content_encoding: None,
        content_language: None,
        cache_control: None,
        expires: None,
        metadata: Vec::new(),
        checksums: Vec::new(),
        has_bytes,
    }))
}

fn read(method: &str, headers: &[(&str, &str)]) -> ReadObject {
    let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
    let presentation = Presentation {
        overrides: Vec::new(),
        active_content: ActiveContent::Saved,
        cache_control: CacheControl::PerCaller { max_age: None },
        with_checksums: false,
    };
    let headers = RequestHeaders::new(headers.collect());
    ReadObject::new(("MEDIA", "a"), method, &headers, presentation, ErrorFormat::S3)
}

fn again(read: ReadObject, found: Found) -> ReadObject {
    match read.finish(found) {
        Next::Read(read) => *read,
        Next::Answer(answer) => panic!("{}", answer.answer.status),
    }
}

fn answer(read: ReadObject, found: Found) -> ObjectAnswer {
    match read.finish(found) {
        Next::Answer(answer) => *answer,
        Next::Read(read) => panic!("{:?}", read.read()),
    }
}

const RANGE: (&str, &str) = ("range", "bytes=2-4");

#[test]
fn asks_once_unless_the_range_depends_on_the_version() {
    let range = Some(ByteRange::Between(2, 4));
    assert_eq!(read("HEAD", &[RANGE]).read(), &Read::Head);
    assert_eq!(read("GET", &[]).read(), &Read::Get { range: None, etag: None });
    assert_eq!(read("GET", &[RANGE]).read(), &Read::Get { range, etag: None });
    let depends = read("GET", &[RANGE, ("if-range", "\"1\"")]);
    assert_eq!(depends.read(), &Read::Head);
    let same = again(depends.clone(), object("\"1\"", false));
    assert_eq!(same.read(), &Read::Get { range, etag: Some("\"1\"".into()) });
    assert_eq!(answer(same, object("\"1\"", true)).answer.status, 206);
    let other = again(depends, object("\"2\"", false));
    assert_eq!(other.read(), &Read::Get { range: None, etag: Some("\"2\"".into()) });
    assert_eq!(answer(other, object("\"2\"", true)).answer.status, 200);
}

#[test]
fn never_joins_a_range_of_one_version_to_another() {
    let depends = read("GET", &[RANGE, ("if-range", "\"1\"")]);
    let get = again(depends, object("\"1\"", false));
    // Between the two requests, somebody overwrites the object.
    let head = again(get, object("\"2\"", false));
    assert_eq!(head.read(), &Read::Head);
    let whole = again(head, object("\"2\"", false));
    assert_eq!(whole.read(), &Read::Get { range: None, etag: Some("\"2\"".into()) });
    let answer = answer(whole, object("\"2\"", true));
    assert_eq!((answer.answer.status, answer.body), (200, Body::Object));
}

#[test]
fn gives_up_on_an_object_that_changes_again_and_again() {
    let mut read = read("GET", &[RANGE, ("if-range", "\"1\"")]);
    for _ in 0..64 {
        match read.finish(object("\"1\"", false)) {
            Next::Read(next) => read = *next,
            Next::Answer(answer) => {
                assert_eq!((answer.answer.status, answer.body), (503, Body::Own));
                return;
            }
        }
    }
    panic!("it never ends");
}

#[test]
fn a_bucket_that_fails_is_unavailable() {
    for headers in [&[][..], &[RANGE]] {
        let mut read = read("GET", headers);
        let answer = loop {
            match read.finish(Found::Failed) {
                Next::Read(next) => read = *next,
                Next::Answer(answer) => break answer,
            }
        };
        assert_eq!((answer.answer.status, answer.body), (503, Body::Own));
        assert!(answer.answer.headers.iter().any(|(name, _)| *name == "retry-after"));
    }
}

#[test]
fn a_range_that_r2_refuses_is_answered_with_the_size() {
    let head = again(read("GET", &[("range", "bytes=40-50")]), Found::OutOfRange);
    let answer = answer(head, object("\"1\"", false));
    assert_eq!(answer.answer.status, 416);
    assert!(answer.answer.headers.contains(&("content-range", "bytes */11".into())));
    assert_eq!(answer.body, Body::Own);
}

#[test]
fn shows_no_key() {
    assert!(!format!("{:?}", read("GET", &[])).contains("\"a\""));
}

proptest! {
    #[test]
    fn a_range_lies_within_the_object(value in r"(bytes=)?[0-9]{0,22}-?[0-9]{0,22}", size in 0..=64_u64) {
        if let Some(bytes) = ByteRange::parse(&value).and_then(|range| range.within(size)) {
            prop_assert!(bytes.start() <= bytes.end() && *bytes.end() < size, "{value} {bytes:?}");
        }
    }

    #[test]
    fn no_header_of_a_request_ends_otherwise_than_with_an_answer(
        range in ".{0,24}", tags in ".{0,24}", date in ".{0,32}", which in 0..5_usize,
    ) {
        let name = ["if-match", "if-none-match", "if-range", "if-modified-since", "if-unmodified-since"];
        let value = if which < 3 { &tags } else { &date };
        let read = read("GET", &[("range", &range), (name.get(which).copied().unwrap_or_default(), value)]);
        let mut next = read.finish(object("\"1\"", true));
        while let Next::Read(read) = next {
            next = read.finish(object("\"1\"", true));
        }
        let Next::Answer(answer) = next else { unreachable!() };
        prop_assert!([200, 206, 304, 412, 416].contains(&answer.answer.status));
    }
}
