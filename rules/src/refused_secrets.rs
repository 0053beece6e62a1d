//! Secrets that are set, but refused: too short to be safe from guessing, or with a character that they cannot have.

use crate::denial::Denial;
use crate::issuer::Issuer;
use crate::rules::Rules;
use crate::secret::{Secret, Secrets};
use crate::secret_name::SecretName;

impl Rules {
    /// Returns why the rules refuse secrets: a [`Denial::SecretTooShort`] or [`Denial::SecretMalformed`] for each; sorted by name.
    /// No denial contains a value or its length, so that no log or answer can show it.
    ///
    /// A rule with such a secret answers 503, unless another set of its bucket's credentials is valid.
    #[must_use]
    pub fn refused_secrets(&self, secrets: &Secrets) -> Vec<Denial> {
        let mut refused = Vec::new();
        for name in self.secrets() {
            if let Some(value) = secrets.optional(name)
                && let Err(denial) = self.check_secret(name, value)
            {
                refused.push(denial);
            }
        }
        if let Some(issuer) = self.issuer.as_ref().filter(|_| self.signs_id_tokens())
            && let Err(denial @ Denial::SecretMalformed { .. }) = issuer.id_token_key(secrets)
            && !refused.contains(&denial)
        {
            refused.push(denial);
        }
        refused
    }

    /// Checks a value for each rule that uses it.
    fn check_secret(&self, name: &SecretName, value: &Secret) -> Result<(), Denial> {
        if self.issuer.as_ref().is_some_and(|issuer| issuer.secrets().contains(name)) {
            Issuer::KEY.check(name, value)?;
        }
        for (bucket, access) in self.rules_with_buckets() {
            bucket.keys.check(name, value)?;
            for kind in access.callers.iter().chain(&access.turnstile) {
                if kind.secrets().contains(name) {
                    kind.secret_format().check(name, value)?;
                }
            }
        }
        self.senders().try_for_each(|notify| notify.check_secret(name, value))
    }
}
