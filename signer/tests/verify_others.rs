//! Google's dialect, Signature Version 2 and signed headers: what is signed is taken, off by one byte it is not.

#![cfg(feature = "sigv2")]
#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::unwrap_used,
    reason = "a test may panic, and has std"
)]

mod asks;

use asks::{BUCKET, bucket, credentials, now, region};
use proptest::prelude::*;
use signer::{
    Authorize, Credentials, Dialect, Expires, FieldName, FormKey, HeaderName, Method, Payload,
    PostPolicy, Presign, PresignedPost, ReceivedRequest, Refusal, Signer, SignerV2, UnixTime,
    Verifier,
};

proptest! {
    #[test]
    fn takes_googles_dialect_and_no_other(key in asks::key(), at in any::<prop::sample::Index>()) {
        let (credentials, region, bucket) = (credentials(), region(), bucket());
        let signer = || Signer::new(&credentials, &region, now()).in_dialect(Dialect::Google);
        let url = Presign::new(Method::Put, &bucket, &key, Expires::MAX)
            .header(HeaderName::GOOG_CONTENT_LENGTH_RANGE, (1..=9).into()).sign(&signer()).url;
        prop_assert!(!url.contains("X-Amz-") && !url.contains("Security-Token"));
        let headers = [("host", "s3.example.com"), ("x-goog-content-length-range", "1,9")];
        let verifier = Verifier::new(&credentials, &region, now());
        let verify = |verifier: Verifier<'_>, url: &str| {
            let (path, query) = url.strip_prefix("https://s3.example.com").unwrap().split_once('?').unwrap();
            verifier.presigned_url(&ReceivedRequest { method: "PUT", path, query, headers: &headers })
        };
        prop_assert!(verify(verifier.in_dialect(Dialect::Google), &url).is_ok());
        prop_assert!(verify(verifier, &url).is_err());
        let (rest, signature) = url.split_at(url.len() - 64);
        let changed = changed(signature, at.index(64));
        prop_assert_eq!(verify(verifier.in_dialect(Dialect::Google), &format!("{rest}{changed}")), Err(Refusal::Signature));

        let Ok(key) = FormKey::exact(&key) else { return Ok(()) };
        let post = PostPolicy::new(&bucket, key, now().plus_secs(60)).sign(&signer());
        prop_assert!(verifier.in_dialect(Dialect::Google).post_form(BUCKET, pairs(&post), None).is_ok());
        prop_assert!(verifier.post_form(BUCKET, pairs(&post), None).is_err());
    }

    #[test]
    fn takes_version_2_and_refuses_any_changed_byte(key in asks::key(), which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let (credentials, region, bucket) = (credentials(), region(), bucket());
        let (signer, verifier) = (SignerV2::new(&credentials, now()), Verifier::new(&credentials, &region, now()));
        if let Ok(key) = FormKey::exact(&key) {
            let mut post = PostPolicy::new(&bucket, key, now().plus_secs(60)).exact(FieldName::ACL, "private").sign_v2(&signer);
            prop_assert!(verifier.post_form_v2(BUCKET, pairs(&post), None).is_ok());
            let field = &mut post.fields[which.index(5)].1;
            if field.is_ascii() {
                *field = changed(field, at.index(field.len()));
                prop_assert!(verifier.post_form_v2(BUCKET, pairs(&post), None).is_err());
            }
        }
        let presign = Presign::new(Method::Get, &bucket, &key, Expires::from_secs(60).unwrap());
        let url = presign.query("versionId", "a/b").unwrap().sign_v2(&signer).url;
        let verify = |verifier: Verifier<'_>, url: &str| {
            let (path, query) = url.strip_prefix("https://s3.example.com").unwrap().split_once('?').unwrap();
            verifier.presigned_url_v2(&bucket, &ReceivedRequest { method: "GET", path, query, headers: &[("host", "s3.example.com")] })
        };
        prop_assert!(verify(verifier, &url).is_ok());
        let expired = Refusal::Expired { at: now().plus_secs(60) };
        prop_assert_eq!(verify(Verifier::new(&credentials, &region, now().plus_secs(60)), &url), Err(expired));
        let start = "https://s3.example.com/media/".len();
        let i = start + at.index(url.len() - start);
        // `%2f` for `%2F` means the same in a query, and so does nothing else.
        let other = changed(&url, i);
        prop_assume!(!other.eq_ignore_ascii_case(&url));
        prop_assert!(other.split_once('?').is_none() || verify(verifier, &other).is_err(), "{}", other);
    }

    #[test]
    fn takes_signed_headers_for_fifteen_minutes(key in asks::key(), headers in asks::headers(), body in any::<Option<Vec<u8>>>()) {
        let (credentials, region, bucket): (Credentials, _, _) = (credentials(), region(), bucket());
        let payload = body.as_deref().map_or(Payload::Unsigned, Payload::of);
        let mut request = Authorize::new(Method::Put, &bucket, &key, payload);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let signed = request.sign(&Signer::new(&credentials, &region, now()));
        let mut headers: Vec<_> = signed.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        headers.push(("Host", "s3.example.com"));
        let path = signed.url.strip_prefix("https://s3.example.com").unwrap();
        let at = |secs: u64, path: &str| {
            let now = UnixTime::from_secs(now().as_secs() + secs);
            let request = ReceivedRequest { method: "PUT", path, query: "", headers: &headers };
            Verifier::new(&credentials, &region, now).authorization(&request)
        };
        prop_assert_eq!(at(900, path).map(|verified| verified.payload), Ok(payload));
        prop_assert_eq!(at(901, path).unwrap_err().code(), "RequestTimeTooSkewed");
        prop_assert_eq!(at(0, &format!("{path}x")), Err(Refusal::Signature));
    }
}

/// The text with one of its ASCII characters being another one.
fn changed(text: &str, at: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
    String::from_utf8(bytes).unwrap()
}

fn pairs(post: &PresignedPost) -> impl Iterator<Item = (&str, &str)> {
    post.fields.iter().map(|(name, value)| (name.as_ref(), value.as_str()))
}
