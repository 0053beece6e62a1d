//! Which forms are taken, what of them is stored, and how the others are refused.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use post_object::{
    Boundary, Checksum, Fault, FileLength, FormHead, MAX_TAIL, Overwrite, StorageClass, Upload,
};
use signer::{
    Bucket, Credentials, FieldName, FormKey, PostPolicy, Refusal, Region, Signer, UnixTime,
    UrlStyle, Verifier,
};

const FILE_START: usize = 1_000;

#[test]
fn stores_what_the_form_says() {
    let upload = check(&[
        ("Content-Type", "image/png"),
        ("Cache-Control", "max-age=60"),
        ("Content-Disposition", "attachment; filename=\"\u{e9}.png\""),
        ("Content-Encoding", "gzip"),
        ("Expires", "Thu, 01 Dec 1994 16:00:00 GMT"),
        ("x-amz-meta-album", " hills "),
        ("x-amz-storage-class", "STANDARD_IA"),
        ("x-amz-checksum-crc32", "AAAAAA=="),
        ("x-amz-checksum-algorithm", "CRC32"),
        ("x-amz-checksum-type", "FULL_OBJECT"),
        ("x-amz-server-side-encryption", "AES256"),
        ("acl", "private"),
        ("If-None-Match", "*"),
    ]);
    let upload = upload.unwrap();
    let fields = upload.fields;
    assert_eq!(upload.key.as_str(), "inbox/ada.png");
    assert_eq!(fields.content_type, "image/png");
    assert_eq!(fields.cache_control.as_deref(), Some("max-age=60"));
    assert_eq!(fields.content_disposition.as_deref(), Some("attachment; filename=\"\u{e9}.png\""));
    assert_eq!(fields.content_encoding.as_deref(), Some("gzip"));
    assert_eq!(fields.expires_ms, Some(786_297_600_000)); // 1994-12-01T16:00:00Z
    assert_eq!(fields.metadata, [("album".to_owned(), "hills".to_owned())]);
    assert_eq!(fields.storage_class, StorageClass::InfrequentAccess);
    assert_eq!(
        fields.checksums,
        [Checksum::read("x-amz-checksum-crc32", "AAAAAA==").unwrap().unwrap()]
    );
    assert_eq!(fields.overwrite, Overwrite::Refused);
}

#[test]
fn has_s3s_defaults() {
    let upload = check(&[]).unwrap();
    assert_eq!(upload.fields.content_type, "binary/octet-stream");
    assert_eq!(upload.fields.overwrite, Overwrite::Allowed);
    assert_eq!(upload.receipt.into_response("\"e\"").status, 204);
}

#[test]
fn refuses_what_r2_has_nothing_for() {
    let twice = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for (fields, code) in [
        (&[("acl", "public-read")][..], "AccessControlListNotSupported"),
        (&[("x-amz-storage-class", "GLACIER")], "InvalidStorageClass"),
        (&[("x-amz-server-side-encryption", "aws:kms")], "NotImplemented"),
        (&[("x-amz-website-redirect-location", "/x")], "NotImplemented"),
        (&[("tagging", "<Tagging/>")], "NotImplemented"),
        (&[("If-None-Match", "\"e\"")], "NotImplemented"),
        (&[("x-amz-tagging", "a=b")], "NotImplemented"),
        (&[("x-amz-object-lock-mode", "GOVERNANCE")], "NotImplemented"),
        (&[("x-amz-object-lock-retain-until-date", "2026-11-23T19:00:00Z")], "NotImplemented"),
        (&[("x-amz-object-lock-legal-hold", "ON")], "NotImplemented"),
        (&[("x-amz-server-side-encryption-customer-algorithm", "AES256")], "NotImplemented"),
        (&[("x-amz-server-side-encryption-aws-kms-key-id", "k")], "NotImplemented"),
        (&[("x-amz-server-side-encryption-context", "e30=")], "NotImplemented"),
        (&[("x-amz-acl", "private")], "NotImplemented"),
        (&[("x-amz-grant-read", "id=a")], "NotImplemented"),
        (&[("x-amz-expected-bucket-owner", "123456789012")], "NotImplemented"),
        (&[("x-amz-write-offset-bytes", "0")], "NotImplemented"),
        (&[("x-amz-content-sha256", twice)], "NotImplemented"),
        (&[("x-amz-checksum-type", "COMPOSITE")], "NotImplemented"),
        (&[("x-amz-checksum-algorithm", "SHA256")], "InvalidRequest"),
        (&[("x-amz-sdk-checksum-algorithm", "CRC32")], "InvalidRequest"),
        (&[("Expires", "tomorrow")], "InvalidArgument"),
        (&[("Expires", "Thu, 01 Dec 1994 16:00:00 +0100")], "InvalidArgument"),
        (&[("Cache-Control", "a\r\nb")], "InvalidArgument"),
        (&[("x-amz-meta-a", "a\0b")], "InvalidArgument"),
        (&[("x-amz-checksum-crc32", "AAAA")], "InvalidRequest"),
        (&[("x-amz-checksum-crc32", "AAAAAA=="), ("x-amz-checksum-sha1", twice)], "InvalidRequest"),
    ] {
        assert_eq!(check(fields).unwrap_err().code().as_str(), code, "{fields:?}");
    }
    let long = "v".repeat(2_048);
    assert_eq!(
        check(&[("x-amz-meta-a", &long)]).unwrap_err(),
        Fault::MetadataTooLarge { max: 2_048 }
    );
    assert!(check(&[("x-amz-meta-a", long.get(1..).unwrap())]).is_ok());
}

#[test]
fn knows_how_long_the_file_is() {
    let tail = 3 + 4 + 2; // a line end and `--x` and `--`, and what the head's length leaves
    let body = |file: u64| u64::try_from(FILE_START).unwrap() + file + tail - 2;
    let with = |min, max, body| check_length(&[], min..=max, body).map(|upload| upload.file_length);
    assert_eq!(with(1, 100, body(50)), Ok(FileLength::AtMost(50)));
    assert_eq!(with(50, 50, body(50) + 2), Ok(FileLength::Exact(50)));
    assert_eq!(with(51, 100, body(50)), Err(Refusal::TooSmall { min: 51 }.into()));
    assert_eq!(with(1, 100, body(100 + MAX_TAIL)), Ok(FileLength::AtMost(100 + MAX_TAIL)));
    assert_eq!(with(1, 100, body(101 + MAX_TAIL)), Err(Refusal::TooLarge { max: 100 }.into()));
    assert!(matches!(with(0, 100, 1_000), Err(Fault::Malformed(_))));
}

#[test]
fn answers_as_the_form_asks() {
    let status =
        |fields: &[(&str, &str)]| check(fields).unwrap().receipt.into_response("\"e\"").status;
    for (value, expected) in [("200", 200), ("201", 201), ("204", 204), ("404", 204), ("", 204)] {
        assert_eq!(status(&[("success_action_status", value)]), expected, "{value}");
    }
    let redirect = ("success_action_redirect", "https://a.example/done");
    assert_eq!(status(&[redirect, ("success_action_status", "201")]), 303);
    assert_eq!(status(&[("success_action_redirect", "nowhere")]), 204);
    let created =
        check(&[("success_action_status", "201")]).unwrap().receipt.into_response("\"e\"");
    assert!(
        created.body.contains("<Location>https://s3.example.com/media/inbox/ada.png</Location>"),
        "{created:?}"
    );
}

#[test]
fn every_fault_has_s3s_status_and_an_answer_in_xml() {
    for (fault, status, xml) in [
        (Fault::NoBucket, 404, "<Code>NoSuchBucket</Code>"),
        (Fault::Method, 405, "<Code>MethodNotAllowed</Code>"),
        (Fault::LengthMissing, 411, "<Code>MissingContentLength</Code>"),
        (Fault::NotMultipart, 412, "<Code>PreconditionFailed</Code>"),
        (
            Fault::NotImplemented { field: "x-amz-<\u{1}>".into() },
            501,
            "<Header>x-amz-&lt;\u{fffd}&gt;</Header>",
        ),
        (Fault::Refused(Refusal::Signature), 403, "<Code>SignatureDoesNotMatch</Code>"),
        (Fault::Refused(Refusal::TooLarge { max: 7 }), 400, "<MaxSizeAllowed>7</MaxSizeAllowed>"),
        (Fault::BadDigest { field: "content-md5" }, 400, "<Code>BadDigest</Code>"),
        (Fault::InvalidDigest { field: "content-md5" }, 400, "<Code>InvalidDigest</Code>"),
        (Fault::Incomplete, 400, "<Code>IncompleteBody</Code>"),
        (Fault::Store, 503, "<Code>ServiceUnavailable</Code>"),
        (Fault::Busy, 503, "<Code>SlowDown</Code>"),
    ] {
        let response = fault.into_response();
        assert_eq!(response.status, status);
        assert!(
            response.body.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>"),
            "{response:?}"
        );
        assert!(response.body.contains(xml), "{response:?}");
    }
}

#[test]
fn only_a_form_for_which_there_is_no_memory_should_be_sent_again_later() {
    assert_eq!(Fault::Busy.into_response().headers, [("retry-after", "5".into())]);
    assert_eq!(Fault::Store.into_response().headers, []);
}

fn check(fields: &[(&str, &str)]) -> Result<Upload, Fault> {
    check_length(fields, 0..=1_000, 2_000)
}

fn check_length(
    fields: &[(&str, &str)],
    allowed: core::ops::RangeInclusive<u64>,
    body_length: u64,
) -> Result<Upload, Fault> {
    let region = Region::new("auto").unwrap();
    let bucket =
        Bucket::new("https://s3.example.com", UrlStyle::Path, "media", region.clone()).unwrap();
    let credentials = Credentials::new("id", "secret");
    let now = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
    let key = FormKey::filename_under("inbox/").unwrap();
    let mut policy =
        PostPolicy::new(&bucket, key, now.plus_secs(600)).content_length_range(allowed);
    for (name, value) in fields {
        policy = policy.exact(FieldName::new(name).unwrap(), *value);
    }
    let post = policy.sign(&Signer::new(&credentials, &region, now));
    let fields =
        post.fields.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    let head = FormHead { fields, filename: "ada.png".into(), file_start: FILE_START };
    let boundary = Boundary::from_content_type("multipart/form-data; boundary=x").unwrap();
    Upload::check(
        &head,
        &boundary,
        body_length,
        &bucket,
        &Verifier::new(&credentials, &region, now),
    )
}
