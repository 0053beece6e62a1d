//! The part of a signature that covers the body of a request.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>

use core::fmt;

use sha2::{Digest as _, Sha256};

use crate::encode::Hex;

/// The payload that a presigned URL signs instead of a hash of the body.
pub(crate) const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// The body of a signed request. Displays as the value of `x-amz-content-sha256`.
///
/// ```
/// use signer::Payload;
///
/// assert_eq!(Payload::Unsigned.to_string(), "UNSIGNED-PAYLOAD");
/// assert!(Payload::of(b"").to_string().starts_with("e3b0c44298fc1c14"));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Payload {
    /// The body is not signed, so any body is allowed.
    Unsigned,
    /// The SHA-256 of the body.
    Sha256([u8; 32]),
}

impl Payload {
    /// Hashes `body`, so that the signature covers it.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        Self::Sha256(Sha256::digest(body).into())
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned => f.write_str(UNSIGNED_PAYLOAD),
            Self::Sha256(hash) => f.write_str(Hex::new(hash).as_str()),
        }
    }
}
