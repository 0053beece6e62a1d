//! Fuzzes the verifier of forms. Law: without the secret, no form is accepted, whatever its fields.
//!
//! Input: one field per line, `name=value`.

#![no_main]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a law that is broken panics")]

use libfuzzer_sys::fuzz_target;
use signer::{Credentials, Region, UnixTime, Verifier};

fuzz_target!(|text: &str| {
    let (credentials, region) = (Credentials::new("AKIA", "secret"), Region::new("auto").unwrap());
    let verifier = Verifier::new(&credentials, &region, UnixTime::from_secs(1_795_460_400)); // 2026-11-23T19:00:00Z
    let fields = || text.lines().map(|line| line.split_once('=').unwrap_or((line, "")));
    assert!(verifier.post_form("media", fields(), Some(text)).is_err());
    assert!(verifier.post_form_v2("media", fields(), None).is_err());
});
