//! Secrets that are set, but refused: too short to be safe from guessing, or with a character that they cannot have.

use crate::callers::kind::CallerKind;
use crate::denial::Denial;
use crate::rules::Rules;
use crate::secret::Secrets;
use crate::secret_format::SecretFormat;
use crate::secret_name::SecretName;

impl Rules {
    /// Returns why the rules refuse secrets: a [`Denial::SecretTooShort`] or [`Denial::SecretMalformed`] for each; sorted by name.
    /// No denial contains a value or its length, so that no log or answer can show it.
    ///
    /// A rule with such a secret answers 503, unless another set of its bucket's credentials is valid.
    #[must_use]
    pub fn refused_secrets(&self, secrets: &Secrets) -> Vec<Denial> {
        let refused = |name| {
            let value = secrets.optional(name)?;
            self.secret_formats(name).find_map(|format| format.check(name, value).err())
        };
        self.secrets().into_iter().filter_map(refused).collect()
    }

    /// Returns what a secret must look like for each rule that uses it.
    fn secret_formats<'a>(
        &'a self,
        name: &'a SecretName,
    ) -> impl Iterator<Item = SecretFormat> + 'a {
        self.rules_with_buckets().flat_map(move |(bucket, access)| {
            let kinds = access.callers.iter().chain(&access.turnstile);
            let of_callers = kinds.filter(move |kind| kind.secrets().contains(name));
            bucket.keys.format_of(name).into_iter().chain(of_callers.map(CallerKind::secret_format))
        })
    }
}
