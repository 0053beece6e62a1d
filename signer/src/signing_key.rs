//! From a secret access key to a signing key to a signature.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use core::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use crate::encode;
use crate::{Credentials, Scope};

/// The key derived from a secret access key for one [`Scope`].
#[derive(Clone)]
pub struct SigningKey([u8; 32]);

impl SigningKey {
    /// Derives the key: HMAC over day, region, service and a terminator, in turn.
    #[must_use]
    pub fn derive(credentials: &Credentials, scope: &Scope) -> Self {
        let dialect = scope.dialect;
        let mut secret = Zeroizing::new(alloc::vec::Vec::from(dialect.key_prefix()));
        secret.extend_from_slice(credentials.secret_access_key().as_bytes());
        let date = Self(hmac_sha256(&secret, scope.date.as_bytes()));
        let region = Self(hmac_sha256(&date.0, scope.region.as_str().as_bytes()));
        let service = Self(hmac_sha256(&region.0, dialect.service().as_bytes()));
        Self(hmac_sha256(&service.0, dialect.terminator().as_bytes()))
    }

    /// Signs a string to sign; a POST policy's is its base64.
    #[must_use]
    pub fn sign(&self, string_to_sign: &str) -> Signature {
        Signature(hmac_sha256(&self.0, string_to_sign.as_bytes()))
    }
}

impl Drop for SigningKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// An HMAC-SHA256 tag; displays as 64 lower-case hexadecimal digits, hides in `Debug`.
#[derive(Clone, Copy)]
pub struct Signature([u8; 32]);

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encode::hex(&self.0, f)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(..)")
    }
}

fn hmac_sha256(key: &[u8], data: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(data);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use super::*;
    use crate::{Region, UnixTime};

    /// The keys on the way of Amazon's presigned GET, computed with Python's `hmac`.
    #[test]
    fn derives_in_four_steps() {
        let credentials =
            Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let now = UnixTime::from_secs(1_369_353_600); // 2013-05-24T00:00:00Z
        let date = hmac_sha256(b"AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", b"20130524");
        assert_eq!(
            Signature(date).to_string(),
            "68896419206d6240ad4cd7dc8ba658efbf3b43b53041950083a10833824fcfbb"
        );
        let region = hmac_sha256(&date, b"us-east-1");
        assert_eq!(
            Signature(region).to_string(),
            "0506335cc36b4a971f6beddf0adbd976ee71222cb42c131487e0c12c5c47a025"
        );
        let service = hmac_sha256(&region, b"s3");
        assert_eq!(
            Signature(service).to_string(),
            "05602c14e8b6aad30e7f6dec4b544071f6e4a742934bc5e36415733c47a67d44"
        );
        let key =
            SigningKey::derive(&credentials, &Scope::new(&Region::new("us-east-1").unwrap(), now));
        assert_eq!(
            Signature(key.0).to_string(),
            "dbb893acc010964918f1fd433add87c70e8b0db6be30c1fbeafefa5ec6ba8378"
        );
    }
}
