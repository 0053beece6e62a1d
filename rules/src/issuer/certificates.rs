//! The certificates of a public key, which are published with it.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;
use zeroize::Zeroizing;

/// The member of a key with its certificates, by which some servers verify: Ceph 16 knows no other key.
/// Spec: <https://www.rfc-editor.org/rfc/rfc7517#section-4.7>
pub(super) const MEMBER: &str = "x5c";
const MAX: usize = 4;

/// The first byte of a sequence in DER.
const SEQUENCE: u8 = 0x30;

/// A chain of certificates in DER, the one of the key first.
pub(super) struct Certificates(Zeroizing<Vec<Vec<u8>>>);

impl Certificates {
    /// Reads the certificates; returns `None` if one is not in base64, or begins unlike a certificate.
    pub(super) fn parse(value: &Value) -> Option<Self> {
        let list = value.as_array().filter(|list| (1..=MAX).contains(&list.len()))?;
        let mut decoded = Zeroizing::new(Vec::new());
        for value in list {
            decoded.push(BASE64_STANDARD.decode(value.as_str()?).ok()?);
        }
        decoded.iter().all(|der| begins_as_certificate(der)).then_some(Self(decoded))
    }

    /// Returns whether the first one has this public key, and none has a part of the private key: one of them may be the key
    /// itself, which must not be published.
    pub(super) fn are_of(&self, public: &[u8], private: &[Vec<u8>]) -> bool {
        let has_public = self.0.first().is_some_and(|der| contains(der, public));
        let has_private = |der: &Vec<u8>| private.iter().any(|number| contains(der, number));
        has_public && !self.0.iter().any(has_private)
    }
}

/// Returns whether DER begins with a sequence in a sequence. A private key that is not encrypted begins with a number in one.
fn begins_as_certificate(der: &[u8]) -> bool {
    let inner = match der.get(1) {
        Some(length @ 0x81..=0x84) => 2 + usize::from(length & 0x7f),
        _ => 2,
    };
    der.first() == Some(&SEQUENCE) && der.get(inner) == Some(&SEQUENCE)
}

/// Returns whether bytes contain a number. DER and JWK differ in the zeros before it.
fn contains(der: &[u8], number: &[u8]) -> bool {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let number = number.get(zeros..).unwrap_or_default();
    number.is_empty() || der.windows(number.len()).any(|part| part == number)
}
