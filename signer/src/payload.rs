//! What a signature says of a request's body.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>

use core::fmt;

use sha2::{Digest as _, Sha256};

use crate::encode::Hex;

/// What a presigned URL says of every body.
pub(crate) const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// What a signature says of a request's body; displays as `x-amz-content-sha256` has it.
///
/// ```
/// use signer::Payload;
///
/// assert_eq!(Payload::Unsigned.to_string(), "UNSIGNED-PAYLOAD");
/// assert!(Payload::of(b"").to_string().starts_with("e3b0c44298fc1c14"));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Payload {
    /// Nothing: any body goes.
    Unsigned,
    /// Its SHA-256.
    Sha256([u8; 32]),
}

impl Payload {
    /// Signs `body`, byte for byte.
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
