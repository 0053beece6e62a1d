//! What the Worker said once, and can believe when it comes back.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use signer::{Credentials, Region, Scope, SigningKey, UnixTime};
use subtle::ConstantTimeEq as _;

/// A key that closes texts so that nobody else can make one, or change it. The text itself can be read.
///
/// It comes from the bucket's credentials, as their signing keys do, for a region that no bucket is in.
pub(crate) struct StateKey(SigningKey);

impl StateKey {
    const REGION: &str = "signpost-seal";

    pub(crate) fn new(credentials: &Credentials) -> Self {
        let region = Region::new(Self::REGION).expect("a region by its letters");
        Self(SigningKey::derive(credentials, &Scope::new(&region, UnixTime::from_secs(0))))
    }

    /// `<base64url of the text>.<signature>`
    pub(crate) fn close(&self, text: &str) -> String {
        format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(text), self.0.sign(text))
    }

    /// The text, if it was closed with this key.
    pub(crate) fn open(&self, sealed: &str) -> Option<String> {
        let (text, signature) = sealed.split_once('.')?;
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
        let seal = StateKey::new(&Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret"));
        let other = StateKey::new(&Credentials::new("AKIAIOSFODNN7EXAMPLE", "another"));
        let sealed = seal.close("{\"key\":\"a\"}");
        assert_eq!(seal.open(&sealed).as_deref(), Some("{\"key\":\"a\"}"));
        assert_eq!(other.open(&sealed), None);
        for at in 0..sealed.len() {
            let mut bent = sealed.clone().into_bytes();
            bent[at] = if bent[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(seal.open(&String::from_utf8(bent).unwrap()), None, "byte {at}");
        }
        for text in ["", ".", "a", &sealed[..sealed.len() - 1], &format!("{sealed}0")] {
            assert_eq!(seal.open(text), None, "{text}");
        }
    }
}
