//! A received request and its canonical form, which the signature covers.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::fmt;

use percent_encoding::percent_decode_str;

use super::headers::{Headers, SignedHeaders};
use super::query::Query;
use crate::canonical_request::{CanonicalParts, CanonicalRequest};
use crate::encode;
use crate::payload::{Payload, UNSIGNED_PAYLOAD};
use crate::verify::{Place, Refusal};

/// A request as it was received: complete, and not decoded.
///
/// ```
/// use signer::ReceivedRequest;
///
/// let request = ReceivedRequest {
///     method: "GET",
///     path: "/media/a%20b.txt",
///     query: "X-Amz-Algorithm=AWS4-HMAC-SHA256",
///     headers: &[("Host", "s3.example.com")],
/// };
/// assert_eq!(format!("{request:?}"), r#"ReceivedRequest { method: "GET", path: "/media/a%20b.txt", .. }"#);
/// ```
#[derive(Clone, Copy)]
pub struct ReceivedRequest<'r> {
    /// `GET`, `PUT`, ...
    pub method: &'r str,
    /// From the first `/` up to the `?`, percent-encoded.
    pub path: &'r str,
    /// The text after the `?`, percent-encoded; empty if there is none.
    pub query: &'r str,
    /// All headers, including `Host`, in the order received.
    pub headers: &'r [(&'r str, &'r str)],
}

impl fmt::Debug for ReceivedRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Payload {
    /// Parses the value of the header `name`. Bodies signed chunk by chunk are not supported.
    pub(super) fn parse(text: &str, name: &str) -> Result<Self, Refusal> {
        let hash = || {
            let (digits, rest) = text.as_bytes().as_chunks();
            let bytes: Vec<u8> = digits.iter().map(|pair| byte(*pair)).collect::<Option<_>>()?;
            <[u8; 32]>::try_from(bytes).ok().filter(|_| rest.is_empty()).map(Self::Sha256)
        };
        let unsigned = (text == UNSIGNED_PAYLOAD).then_some(Self::Unsigned);
        unsigned.or_else(hash).ok_or_else(|| Refusal::Malformed {
            place: Place::Header,
            name: name.into(),
            expected: "UNSIGNED-PAYLOAD or 64 hexadecimal digits",
        })
    }
}

/// Parses two hexadecimal digits in lower case, the only spelling that S3 accepts.
fn byte(digits: [u8; 2]) -> Option<u8> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(digit.wrapping_sub(b'a' - 10)),
        _ => None,
    };
    let [high, low] = digits;
    Some(value(high)? << 4 | value(low)?)
}

impl ReceivedRequest<'_> {
    /// The canonical request, from the query without its signature and the headers that `signed` lists.
    pub(super) fn canonical(
        &self,
        query: &Query,
        headers: &Headers,
        signed: &SignedHeaders<'_>,
        payload: Payload,
    ) -> CanonicalRequest {
        let path = encode::path_of(percent_decode_str(self.path));
        let value = |name| headers.get(name).unwrap_or_default();
        let headers: Vec<_> = signed.0.iter().map(|name| (*name, value(name))).collect();
        let (query, payload) = (query.canonical(), payload.to_string());
        CanonicalParts {
            method: self.method,
            path: &path,
            query: &query,
            headers: &headers,
            payload: &payload,
        }
        .join()
    }
}
