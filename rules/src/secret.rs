//! Values of secrets: never printed, compared in constant time, wiped from memory.

use core::cell::OnceCell;
use core::fmt;

use litemap::LiteMap;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::secret_name::SecretName;

/// The value of a secret, or of a token that a client sent.
#[derive(Clone)]
pub struct Secret {
    value: Zeroizing<String>,
    /// Cached at the first comparison, since a secret of the environment is compared for every request.
    digest: OnceCell<Zeroizing<[u8; 32]>>,
}

impl Secret {
    /// Wraps a value.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: Zeroizing::new(value.into()), digest: OnceCell::new() }
    }

    /// Returns the value itself. Never log it, and never put it into an error.
    pub(crate) fn expose(&self) -> &str {
        &self.value
    }

    /// Compares digests in constant time, so that the time does not depend on the lengths either.
    pub(crate) fn matches(&self, other: &Self) -> bool {
        self.digest().ct_eq(other.digest()).into()
    }

    fn digest(&self) -> &[u8; 32] {
        self.digest.get_or_init(|| Zeroizing::new(Sha256::digest(self.value.as_bytes()).into()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// The secrets that are set in the environment, by name.
#[derive(Debug, Default)]
pub struct Secrets(LiteMap<SecretName, Secret>);

impl Secrets {
    /// Adds a secret. White space around the value is not part of it: most of it is the line end of a file or of a copied line.
    /// An empty value counts as not set.
    pub fn insert(&mut self, name: SecretName, value: Secret) {
        // A byte order mark is what PowerShell writes before a text.
        let is_space = |c: char| c.is_whitespace() || c == '\u{feff}';
        let trimmed = value.value.trim_matches(is_space);
        let value = if trimmed.len() == value.value.len() { value } else { Secret::new(trimmed) };
        if !value.value.is_empty() {
            self.0.insert(name, value);
        }
    }

    /// Returns whether a secret is set.
    #[must_use]
    pub fn contains(&self, name: &SecretName) -> bool {
        self.0.contains_key(name)
    }

    /// Returns the value of a secret, if it is set.
    pub(crate) fn optional(&self, name: &SecretName) -> Option<&Secret> {
        self.0.get(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn value_and_digest_are_wiped_when_dropped() {
        const fn wiped<T: zeroize::ZeroizeOnDrop>(_: &T) {}
        let secret = Secret::new("hunter2");
        let Secret { value, digest } = &secret;
        wiped(value);
        wiped(digest.get_or_init(|| Zeroizing::new([0; 32])));
    }
}
