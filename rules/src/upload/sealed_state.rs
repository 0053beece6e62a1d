//! Sealed states: texts that a client keeps for the Worker, and that only the Worker can read and make.
//!
//! Spec: <https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha>

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use signer::{Credentials, Region, Scope, SigningKey, UnixTime};
use zeroize::Zeroizing;

/// The version of the format, which is the first byte of a sealed state. Each version has a key of its own.
const VERSION: u8 = 1;
const LABEL: &str = "sealed state, version 1";

/// Length of a nonce, in bytes: so long that random ones practically never repeat.
const NONCE_LEN: usize = 24;

/// A key that seals states: XChaCha20-Poly1305 encrypts them, and detects any change.
///
/// It is derived from the bucket's credentials like a signing key, but for a region in which there is no bucket.
pub(crate) struct StateKey(XChaCha20Poly1305);

impl StateKey {
    const REGION: &str = "signpost-state";

    pub(crate) fn new(credentials: &Credentials) -> Self {
        let region = Region::new(Self::REGION).expect("a valid region");
        let scope = Scope::new(&region, UnixTime::from_secs(0));
        let key = SigningKey::derive(credentials, &scope).derive_key(LABEL);
        Self(XChaCha20Poly1305::new((&*key).into()))
    }

    /// Returns the base64url of version, nonce, encrypted text and tag. `context` is needed to open it again.
    pub(crate) fn seal(&self, text: &[u8], context: &[u8], random: fn() -> [u8; 16]) -> String {
        let mut nonce = [0; NONCE_LEN];
        let bytes = random().into_iter().chain(random());
        nonce.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        let payload = Payload { msg: text, aad: context };
        let encrypted = self.0.encrypt(&XNonce::from(nonce), payload).expect("a short text");
        BASE64_URL_SAFE_NO_PAD.encode([&[VERSION], &nonce[..], &encrypted].concat())
    }

    /// Returns the text if this key sealed it with the same `context`.
    pub(crate) fn open(&self, sealed: &str, context: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (version, rest) = bytes.split_first()?;
        let (nonce, encrypted) = rest.split_first_chunk::<NONCE_LEN>()?;
        if *version != VERSION {
            return None;
        }
        self.0
            .decrypt(nonce.into(), Payload { msg: encrypted, aad: context })
            .ok()
            .map(Zeroizing::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(secret: &str) -> StateKey {
        StateKey::new(&Credentials::new("AKIAIOSFODNN7EXAMPLE", secret))
    }

    #[test]
    fn opens_what_it_sealed_and_nothing_else() {
        let key_one = key("one");
        let sealed = key_one.seal(b"a text", b"context", || [7; 16]);
        assert_eq!(key_one.open(&sealed, b"context").unwrap().as_slice(), b"a text");
        assert_eq!(key("two").open(&sealed, b"context"), None);
        for context in ["", "contex", "context ", "Context"] {
            assert_eq!(key_one.open(&sealed, context.as_bytes()), None, "{context}");
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        for (at, bit) in (0..bytes.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            let changed = BASE64_URL_SAFE_NO_PAD.encode(changed);
            assert_eq!(key_one.open(&changed, b"context"), None, "byte {at}, bit {bit}");
        }
        for len in 0..sealed.len() {
            assert_eq!(key_one.open(&sealed[..len], b"context"), None, "{len}");
        }
        for text in ["A", "=", "\u{e4}", &format!("{sealed}A"), &format!("{sealed}==")] {
            assert_eq!(key_one.open(text, b"context"), None, "{text}");
        }
    }

    #[test]
    fn shows_nothing_of_the_text_and_never_repeats() {
        static COUNT: core::sync::atomic::AtomicU8 = core::sync::atomic::AtomicU8::new(0);
        let random = || [COUNT.fetch_add(1, core::sync::atomic::Ordering::Relaxed); 16];
        let [first, second] = [(); 2].map(|()| key("one").seal(b"a text", b"", random));
        assert_ne!(first, second);
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&first).unwrap();
        assert_eq!((bytes[0], bytes.len()), (VERSION, 1 + NONCE_LEN + 6 + 16));
        assert_eq!(bytes[1..=NONCE_LEN], [[0; 16], [1; 16]].concat()[..NONCE_LEN]);
        assert!(!bytes.windows(6).any(|window| window == b"a text"));
    }
}
