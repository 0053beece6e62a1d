//! Fuzzes the constructors of values. Laws: a constructor accepts the text of every value that it returned; the verifier
//! accepts every signed URL.
//!
//! Input: any text.

#![no_main]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a law that is broken panics")]

use libfuzzer_sys::fuzz_target;
use signer::{
    Bucket, Credentials, Expires, FieldName, FormKey, HeaderName, HeaderValue, Method, ObjectKey,
    Presign, ReceivedRequest, Region, Signer, UnixTime, UploadId, UrlStyle, Verifier,
};

fuzz_target!(|text: &str| {
    if let Ok(name) = HeaderName::new(text) {
        assert_eq!(HeaderName::new(name.as_str()).as_ref(), Ok(&name));
    }
    if let Ok(value) = HeaderValue::new(text) {
        assert_eq!(HeaderValue::new(value.as_str()).as_ref(), Ok(&value));
    }
    if let Ok(name) = FieldName::new(text) {
        assert_eq!(FieldName::new(name.as_str()).as_ref(), Ok(&name));
    }
    let _ = (FormKey::filename_under(text), UploadId::new(text), Region::new(text));
    for style in [UrlStyle::Path, UrlStyle::VirtualHosted] {
        let _ = Bucket::new(text, style, "media", Region::new("auto").unwrap());
    }
    let Ok(key) = ObjectKey::new(text) else { return };
    let bucket = Bucket::new(
        "https://s3.example.com",
        UrlStyle::Path,
        "media",
        Region::new("auto").unwrap(),
    )
    .unwrap();
    let (credentials, now) =
        (Credentials::new("AKIA", "secret"), UnixTime::from_secs(1_795_460_400));
    let presign = Presign::new(Method::Get, &bucket, &key, Expires::MAX);
    let Ok(presign) = presign.query("versionId", text) else { return };
    let url = presign.sign(&Signer::new(&credentials, bucket.region(), now)).url;
    let (path, query) =
        url.strip_prefix("https://s3.example.com").unwrap().split_once('?').unwrap();
    let request =
        ReceivedRequest { method: "GET", path, query, headers: &[("host", "s3.example.com")] };
    assert!(Verifier::new(&credentials, bucket.region(), now).presigned_url(&request).is_ok());
});
