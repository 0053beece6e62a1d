//! Fuzzes the parser of policy documents. Law: a signed document is accepted, or rejected with a reason; an accepted form
//! has a valid key.
//!
//! Input: the policy document.

#![no_main]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a law that is broken panics")]

use base64::prelude::{BASE64_STANDARD, Engine as _};
use libfuzzer_sys::fuzz_target;
use signer::{Credentials, ObjectKey, Region, Scope, SigningKey, UnixTime, Verifier};

fuzz_target!(|document: &[u8]| {
    let (credentials, region) = (Credentials::new("AKIA", "secret"), Region::new("auto").unwrap());
    let now = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
    let scope = Scope::new(&region, now);
    let policy = BASE64_STANDARD.encode(document);
    let signature = SigningKey::derive(&credentials, &scope).sign(&policy).to_string();
    let credential = format!("AKIA/{scope}");
    let fields = [
        ("key", "inbox/${filename}"),
        ("policy", policy.as_str()),
        ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
        ("x-amz-credential", credential.as_str()),
        ("x-amz-date", "20261123T190000Z"),
        ("x-amz-signature", signature.as_str()),
    ];
    match Verifier::new(&credentials, &region, now).post_form("media", fields, Some("a.png")) {
        Ok(verified) => {
            assert!(ObjectKey::new(verified.key.as_str()).is_ok());
            assert!(verified.expiration > now);
        }
        Err(refusal) => assert!(!refusal.to_string().is_empty() && !refusal.code().is_empty()),
    }
});
