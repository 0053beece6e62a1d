//! Texts that the Worker signs, gives to a client, and can trust when they come back.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use signer::{Credentials, Region, Scope, SigningKey, UnixTime};
use subtle::ConstantTimeEq as _;

/// A key that signs texts, so that nobody else can make or change one. They are not encrypted.
///
/// It is derived from the bucket's credentials like a signing key, for a region that no bucket is in.
pub(crate) struct StateKey(SigningKey);

impl StateKey {
    const REGION: &str = "signpost-seal";

    pub(crate) fn new(credentials: &Credentials) -> Self {
        let region = Region::new(Self::REGION).expect("a valid region");
        Self(SigningKey::derive(credentials, &Scope::new(&region, UnixTime::from_secs(0))))
    }

    /// `<base64url of the text>.<signature>`
    pub(crate) fn close(&self, text: &str) -> String {
        format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(text), self.0.sign(text))
    }

    /// The text, if this key signed it.
    pub(crate) fn open(&self, signed: &str) -> Option<String> {
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
    fn opens_what_it_closed_and_nothing_else() {
        let key = StateKey::new(&Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret"));
        let other = StateKey::new(&Credentials::new("AKIAIOSFODNN7EXAMPLE", "another"));
        let signed = key.close("{\"key\":\"a\"}");
        assert_eq!(key.open(&signed).as_deref(), Some("{\"key\":\"a\"}"));
        assert_eq!(other.open(&signed), None);
        for at in 0..signed.len() {
            let mut changed = signed.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(key.open(&String::from_utf8(changed).unwrap()), None, "byte {at}");
        }
        for text in ["", ".", "a", &signed[..signed.len() - 1], &format!("{signed}0")] {
            assert_eq!(key.open(text), None, "{text}");
        }
    }
}
