//! Names of secrets in the Worker's environment.

/// The name of a secret: capitals, digits and `_`, beginning with a capital, at most 64 characters.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct SecretName(String);

impl SecretName {
    pub(crate) fn new(name: &str) -> Option<Self> {
        let valid_chars = name.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
        let starts_with_capital = name.starts_with(|c: char| c.is_ascii_uppercase());
        (valid_chars && starts_with_capital && name.len() <= 64).then(|| Self(name.into()))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
