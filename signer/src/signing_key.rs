//! Derives signing keys and computes signatures.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use alloc::string::String;
use core::fmt;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::credentials::Credentials;
use crate::encode;
use crate::mac::keyed;
use crate::scope::Scope;

/// The key derived from a secret access key for one [`Scope`]. It is wiped when dropped.
///
/// ```
/// use signer::{Credentials, Region, Scope, SigningKey, UnixTime};
///
/// let scope = Scope::new(&Region::new("us-east-1")?, UnixTime::from_secs(1_451_347_200)); // 2015-12-29T00:00:00Z
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// let signature = SigningKey::derive(&credentials, &scope).sign("eyAiZXhwaXJhdGlvbiI6...");
/// assert_eq!(signature.to_string().len(), 64);
/// # Ok::<(), signer::InvalidRegion>(())
/// ```
#[derive(Clone)]
pub struct SigningKey(
    /// HMAC state with the key already processed, so that each signature hashes only its text.
    Hmac<Sha256>,
);

impl SigningKey {
    /// Derives the key by HMAC over day, region, service and terminator, in that order.
    #[must_use]
    pub fn derive(credentials: &Credentials, scope: &Scope) -> Self {
        let mut secret = Zeroizing::new(String::from(scope.dialect().key_prefix()));
        secret.push_str(credentials.secret_access_key());
        let first = keyed(secret.as_bytes());
        Self(scope.as_str().split('/').fold(first, |mac, part| keyed(&*tag(mac, part))))
    }

    /// Signs a text. For a POST policy, the text is its base64.
    #[must_use]
    pub fn sign(&self, string_to_sign: &str) -> Signature {
        let mut mac = self.0.clone();
        mac.update(string_to_sign.as_bytes());
        Signature(mac.finalize().into_bytes().into())
    }

    /// Derives a key of 32 bytes for something other than a signature, which `label` names. It is wiped when dropped.
    ///
    /// The key is the tag of `label`, so no text that is signed with this signing key may equal a label.
    ///
    /// ```
    /// # use signer::{Credentials, Region, Scope, SigningKey, UnixTime};
    /// let scope = Scope::new(&Region::new("none")?, UnixTime::from_secs(0));
    /// let key = SigningKey::derive(&Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret"), &scope);
    /// assert_ne!(key.derive_key("encryption"), key.derive_key("another purpose"));
    /// # Ok::<(), signer::InvalidRegion>(())
    /// ```
    #[must_use]
    pub fn derive_key(&self, label: &str) -> Zeroizing<[u8; 32]> {
        tag(self.0.clone(), label)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

fn tag(mut mac: Hmac<Sha256>, data: &str) -> Zeroizing<[u8; 32]> {
    mac.update(data.as_bytes());
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// An HMAC-SHA256 tag. Displays as 64 lower-case hexadecimal digits; `Debug` hides it.
///
/// ```
/// # use signer::{Credentials, Region, Scope, SigningKey, UnixTime};
/// # let scope = Scope::new(&Region::new("us-east-1")?, UnixTime::from_secs(1_451_347_200));
/// # let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// let signature = SigningKey::derive(&credentials, &scope).sign("text");
/// assert!(signature.to_string().bytes().all(|digit| digit.is_ascii_hexdigit()));
/// assert_eq!(format!("{signature:?}"), "Signature(..)");
/// # Ok::<(), signer::InvalidRegion>(())
/// ```
#[derive(Clone, Copy)]
pub struct Signature([u8; 32]);

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(encode::Hex::new(&self.0).as_str())
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(..)")
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use super::*;
    use crate::scope::Region;
    use crate::unix_time::UnixTime;

    /// The intermediate keys of Amazon's example of a presigned GET, computed with Python's `hmac`.
    #[test]
    fn derives_in_four_steps() {
        let mut mac = keyed(b"AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        for (part, hex) in [
            ("20130524", "68896419206d6240ad4cd7dc8ba658efbf3b43b53041950083a10833824fcfbb"),
            ("us-east-1", "0506335cc36b4a971f6beddf0adbd976ee71222cb42c131487e0c12c5c47a025"),
            ("s3", "05602c14e8b6aad30e7f6dec4b544071f6e4a742934bc5e36415733c47a67d44"),
            ("aws4_request", "dbb893acc010964918f1fd433add87c70e8b0db6be30c1fbeafefa5ec6ba8378"),
        ] {
            let key = tag(mac, part);
            assert_eq!(Signature(*key).to_string(), hex);
            mac = keyed(&*key);
        }
        let credentials =
            Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
        let now = UnixTime::from_secs(1_369_353_600); // 2013-05-24T00:00:00Z
        let scope = Scope::new(&Region::new("us-east-1").unwrap(), now);
        let derived = SigningKey::derive(&credentials, &scope).sign("text").to_string();
        assert_eq!(derived, SigningKey(mac).sign("text").to_string());
    }

    /// A keyed HMAC consists of two SHA-256 states.
    #[test]
    fn is_wiped_when_dropped() {
        const fn wiped<T: zeroize::ZeroizeOnDrop>() {}
        wiped::<Sha256>();
    }
}
