//! A request as it arrived, and the canonical form that its signature is computed over.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use percent_encoding::percent_decode_str;

use super::headers::{Headers, SignedHeaders};
use super::query::Query;
use crate::canonical_request::CanonicalRequest;
use crate::{Place, Refusal, encode};

/// A request as it arrived: nothing decoded, nothing left out.
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
    /// From the first `/` to before the `?`, percent-encoded.
    pub path: &'r str,
    /// What follows the `?`, percent-encoded; empty if there is none.
    pub query: &'r str,
    /// All headers, `Host` among them, in the order they came.
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

/// What the signature says of the request's body.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Payload {
    /// Nothing: any body goes.
    Unsigned,
    /// Its SHA-256, 64 lower-case hexadecimal digits, which whoever reads the body has to compare.
    Sha256(String),
}

impl Payload {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Unsigned => "UNSIGNED-PAYLOAD",
            Self::Sha256(hash) => hash,
        }
    }

    /// Reads the header `name`. Bodies that are signed chunk by chunk are not taken.
    pub(super) fn parse(text: &str, name: &str) -> Result<Self, Refusal> {
        let is_hash = text.len() == 64
            && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
        match text {
            "UNSIGNED-PAYLOAD" => Ok(Self::Unsigned),
            hash if is_hash => Ok(Self::Sha256(hash.into())),
            _ => Err(Refusal::Malformed {
                place: Place::Header,
                name: name.into(),
                expected: "UNSIGNED-PAYLOAD or 64 hexadecimal digits",
            }),
        }
    }
}

impl ReceivedRequest<'_> {
    /// The text to sign, from the query without its signature and the headers that `signed` lists.
    pub(super) fn canonical(
        &self,
        query: &Query,
        headers: &Headers,
        signed: &SignedHeaders<'_>,
        payload: &str,
    ) -> CanonicalRequest {
        let path = percent_decode_str(self.path).collect::<Vec<u8>>();
        let mut text = format!("{}\n{}\n", self.method, encode::path_bytes(&path));
        text.extend([&query.canonical(), "\n"]);
        for name in &signed.0 {
            text.extend([*name, ":", headers.get(name).unwrap_or_default(), "\n"]);
        }
        text.extend(["\n", &signed.0.join(";"), "\n", payload]);
        CanonicalRequest(text)
    }
}
