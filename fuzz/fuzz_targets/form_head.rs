//! Fuzzes the parser of a form's head. Laws: it reads only the head and allocates at most its size; without the secret,
//! no form is accepted.
//!
//! Input: the value of `Content-Type`, a line end, the body.

#![no_main]
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a law that is broken panics")]

use libfuzzer_sys::fuzz_target;
use post_object::{Boundary, FormHead, MAX_HEAD};
use signer::{Credentials, Region, UnixTime, Verifier};

fuzz_target!(|input: &[u8]| {
    let Some(end) = input.iter().position(|&byte| byte == b'\n') else { return };
    let Ok(content_type) = str::from_utf8(&input[..end]) else { return };
    let body = &input[end + 1..];
    let Ok(boundary) = Boundary::from_content_type(content_type) else { return };
    assert!(boundary.delimiter().len() <= 204);
    let Ok(head) = FormHead::read(body, &boundary) else { return };
    assert!(head.file_start <= body.len().min(MAX_HEAD));
    let field_bytes: usize = head.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    assert!(field_bytes + head.filename.len() <= head.file_start);
    assert!(!head.filename.contains(['/', '\\']));
    assert_eq!(FormHead::read(&body[..head.file_start], &boundary).as_ref(), Ok(&head));

    let (credentials, region) = (Credentials::new("AKIA", "secret"), Region::new("auto").unwrap());
    let now = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z
    let fields = head.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    assert!(
        Verifier::new(&credentials, &region, now)
            .post_form("media", fields, Some(&head.filename))
            .is_err()
    );
});
