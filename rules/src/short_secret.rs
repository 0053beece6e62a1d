//! Secrets that are set, but too short to be safe from guessing.

use crate::rules::{Rules, sorted};
use crate::secret::Secrets;
use crate::secret_name::SecretName;

/// A secret that is refused. Its length is not part of it, so that no log or answer can show it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct ShortSecret<'a> {
    /// Its name.
    pub name: &'a SecretName,
    /// Shortest length accepted, in bytes.
    pub min: usize,
}

impl Rules {
    /// Returns the secrets that a rule needs and refuses; sorted by name, without repetitions.
    ///
    /// A rule with such a secret answers 503, unless another set of its bucket's credentials is valid.
    #[must_use]
    pub fn short_secrets(&self, secrets: &Secrets) -> Vec<ShortSecret<'_>> {
        let is_short = |secret: &ShortSecret<'_>| {
            let value = secrets.optional(secret.name);
            value.is_some_and(|value| value.expose().len() < secret.min)
        };
        let mut short = sorted(self.secrets_with_limits().filter(is_short));
        short.dedup_by_key(|secret| secret.name);
        short
    }

    fn secrets_with_limits(&self) -> impl Iterator<Item = ShortSecret<'_>> {
        self.rules_with_buckets().flat_map(|(bucket, access)| {
            let min = bucket.keys.min_secret_len();
            let of_bucket = bucket.keys.secret_access_keys();
            let of_bucket = of_bucket.map(move |name| ShortSecret { name, min });
            let of_callers = access.callers.iter().chain(&access.turnstile).flat_map(move |kind| {
                let min = kind.min_secret_len();
                kind.secrets().iter().map(move |name| ShortSecret { name, min })
            });
            of_bucket.chain(of_callers)
        })
    }
}
