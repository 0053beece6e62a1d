//! Secrets that are set, but refused: too short to be safe from guessing, or with characters that they cannot have.

use crate::rules::{Rules, sorted};
use crate::secret::{Secret, Secrets};
use crate::secret_format::SecretFormat;
use crate::secret_name::SecretName;

/// A secret that is refused. Its length is not part of it, so that no log or answer can show it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct ShortSecret<'a> {
    /// Its name.
    pub name: &'a SecretName,
    /// Shortest length accepted, in bytes.
    pub min: usize,
}

/// A secret that is refused because of a character in it, such as a line end. The value is not part of it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct MalformedSecret<'a> {
    /// Its name.
    pub name: &'a SecretName,
    /// A description of valid values.
    pub expected: &'static str,
}

impl Rules {
    /// Returns the secrets that a rule needs and refuses; sorted by name, without repetitions.
    ///
    /// A rule with such a secret answers 503, unless another set of its bucket's credentials is valid.
    #[must_use]
    pub fn short_secrets(&self, secrets: &Secrets) -> Vec<ShortSecret<'_>> {
        let is_short = |(name, format): &(&SecretName, SecretFormat)| {
            is_set_and(secrets, name, |value| value.expose().len() < format.min_len())
        };
        let short = self.secret_formats().filter(is_short);
        let mut short =
            sorted(short.map(|(name, format)| ShortSecret { name, min: format.min_len() }));
        short.dedup_by_key(|secret| secret.name);
        short
    }

    /// Returns the secrets that a rule needs and refuses because of a character; sorted by name, without repetitions. White
    /// space around a value is not part of it.
    ///
    /// A rule with such a secret answers 503, unless another set of its bucket's credentials is valid.
    #[must_use]
    pub fn malformed_secrets(&self, secrets: &Secrets) -> Vec<MalformedSecret<'_>> {
        let is_malformed = |(name, format): &(&SecretName, SecretFormat)| {
            is_set_and(secrets, name, |value| !format.accepts(value))
        };
        let malformed = self.secret_formats().filter(is_malformed);
        sorted(
            malformed.map(|(name, format)| MalformedSecret { name, expected: format.expected() }),
        )
    }

    fn secret_formats(&self) -> impl Iterator<Item = (&SecretName, SecretFormat)> {
        self.rules_with_buckets().flat_map(|(bucket, access)| {
            let of_callers = access.callers.iter().chain(&access.turnstile).flat_map(|kind| {
                let format = kind.secret_format();
                kind.secrets().iter().map(move |name| (name, format))
            });
            bucket.keys.formats().chain(of_callers)
        })
    }
}

fn is_set_and(secrets: &Secrets, name: &SecretName, test: impl FnOnce(&Secret) -> bool) -> bool {
    secrets.optional(name).is_some_and(test)
}
