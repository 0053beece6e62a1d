//! The two texts a URL's signature is computed over.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use alloc::format;
use alloc::string::String;
use core::fmt;

use sha2::{Digest as _, Sha256};

use crate::encode;
use crate::{Scope, UnixTime};

/// What S3 will rebuild from the request it receives: method, path, query, headers, payload.
///
/// Holds a session token where the credentials have one, so it displays but does not show in `Debug`.
#[derive(Clone, Eq, PartialEq)]
pub struct CanonicalRequest(pub(crate) String);

impl CanonicalRequest {
    /// The text that is signed for this request at `now`.
    #[must_use]
    pub fn to_string_to_sign(&self, scope: &Scope, now: UnixTime) -> StringToSign {
        let digest = Sha256::digest(self.0.as_bytes());
        let hash = fmt::from_fn(|f| encode::hex(&digest, f));
        StringToSign(format!("{}\n{}\n{scope}\n{hash}", scope.dialect.algorithm(), now.amz_date()))
    }
}

impl fmt::Display for CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CanonicalRequest(..)")
    }
}

/// The text a signing key signs: algorithm, time, scope, hash of the canonical request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StringToSign(String);

impl StringToSign {
    /// The text, four lines without a last line end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
