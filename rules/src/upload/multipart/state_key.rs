//! The key that signs the state of an upload, so that the Worker can trust it when a client sends it back.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use signer::{Credentials, Region, Scope, SigningKey, UnixTime};
use subtle::ConstantTimeEq as _;

/// A key that signs texts, so that nobody else can make or change one. The texts are not encrypted.
///
/// It is derived from the bucket's credentials like a signing key, but for a region in which there is no bucket.
pub(crate) struct StateKey(SigningKey);

impl StateKey {
    const REGION: &str = "signpost-seal";

    pub(crate) fn new(credentials: &Credentials) -> Self {
        let region = Region::new(Self::REGION).expect("a valid region");
        Self(SigningKey::derive(credentials, &Scope::new(&region, UnixTime::from_secs(0))))
    }

    /// Returns `<base64url of the text>.<signature>`.
    pub(crate) fn sign(&self, text: &str) -> String {
        format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(text), self.0.sign(text))
    }

    /// Returns the text if this key signed it.
    pub(crate) fn verify(&self, signed: &str) -> Option<String> {
        let (text, signature) = signed.split_once('.')?;
        let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let expected = self.0.sign(&text).to_string();
        bool::from(expected.as_bytes().ct_eq(signature.as_bytes())).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verifies_what_it_signed_and_nothing_else() {
        let key = StateKey::new(&Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret"));
        let other = StateKey::new(&Credentials::new("AKIAIOSFODNN7EXAMPLE", "another"));
        let signed = key.sign("{\"key\":\"a\"}");
        assert_eq!(key.verify(&signed).as_deref(), Some("{\"key\":\"a\"}"));
        assert_eq!(other.verify(&signed), None);
        for at in 0..signed.len() {
            let mut changed = signed.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(key.verify(&String::from_utf8(changed).unwrap()), None, "byte {at}");
        }
        for text in ["", ".", "a", &signed[..signed.len() - 1], &format!("{signed}0")] {
            assert_eq!(key.verify(text), None, "{text}");
        }
    }
}
