//! Fuzzes the verifier of requests. Law: without the secret, no request is accepted.
//!
//! Input: method, path and query, then one header per line, `name:value`.

#![no_main]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a law that is broken panics")]

use libfuzzer_sys::fuzz_target;
use signer::{Bucket, Credentials, Dialect, ReceivedRequest, Region, UnixTime, UrlStyle, Verifier};

fuzz_target!(|text: &str| {
    let (credentials, region) = (Credentials::new("AKIA", "secret"), Region::new("auto").unwrap());
    let bucket =
        Bucket::new("https://s3.example.com", UrlStyle::Path, "media", region.clone()).unwrap();
    let now = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
    let mut lines = text.lines();
    let mut next = || lines.next().unwrap_or_default();
    let (method, path, query) = (next(), next(), next());
    let headers: Vec<_> = lines.filter_map(|line| line.split_once(':')).collect();
    let request = ReceivedRequest { method, path, query, headers: &headers };
    for dialect in [Dialect::Amazon, Dialect::Google] {
        let verifier = Verifier::new(&credentials, &region, now).in_dialect(dialect);
        assert!(verifier.presigned_url(&request).is_err());
        assert!(verifier.authorization(&request).is_err());
        assert!(verifier.presigned_url_v2(&bucket, &request).is_err());
    }
});
