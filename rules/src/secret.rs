//! Values that must not be seen.

use core::cell::OnceCell;
use core::fmt;

use litemap::LiteMap;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::Denial;

/// The name of a secret in the Worker's environment: capitals, digits and `_`, at most 64.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct SecretName(String);

impl SecretName {
    pub(crate) fn new(name: &str) -> Option<Self> {
        let spelled = name.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
        (spelled && name.len() <= 64 && name.starts_with(|c: char| c.is_ascii_uppercase()))
            .then(|| Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A secret's value: wiped when dropped, never printed, compared in constant time.
#[derive(Clone)]
pub struct Secret {
    value: Zeroizing<String>,
    /// Made when it is first compared: one of the environment is compared with each request's.
    digest: OnceCell<Zeroizing<[u8; 32]>>,
}

impl Secret {
    /// Takes a value in.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: Zeroizing::new(value.into()), digest: OnceCell::new() }
    }

    /// The value, for the one place that needs it.
    pub(crate) fn expose(&self) -> &str {
        &self.value
    }

    /// Compares digests, so that neither the first difference nor the length shows in the time taken.
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

/// The secrets that the environment has.
#[derive(Debug, Default)]
pub struct Secrets(LiteMap<SecretName, Secret>);

impl Secrets {
    /// Keeps a value. An empty one counts as missing.
    pub fn insert(&mut self, name: SecretName, value: Secret) {
        if !value.value.is_empty() {
            self.0.insert(name, value);
        }
    }

    /// Whether the environment has it.
    #[must_use]
    pub fn contains(&self, name: &SecretName) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn optional(&self, name: &SecretName) -> Option<&Secret> {
        self.0.get(name)
    }

    pub(crate) fn required(&self, name: &SecretName) -> Result<&Secret, Denial> {
        self.optional(name).ok_or_else(|| Denial::SecretMissing { name: name.clone() })
    }
}
