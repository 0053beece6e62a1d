//! The credentials of a bucket: one set of secrets, or two while keys are rotated.

use signer::{Credentials, UnixTime};

use crate::config::error::ConfigError;
use crate::config::reader::{ConfigValue, TableReader};
use crate::denial::Denial;
use crate::secret::{Secret, Secrets};
use crate::secret_format::SecretFormat;
use crate::secret_name::SecretName;
use crate::sts::web_identity;

pub(crate) const EXPECTED: &str =
    r#"the first part of the secrets' names, such as "MEDIA" for MEDIA_ACCESS_KEY_ID"#;

/// Most sets of secrets: the new one and the old one.
const MAX: usize = 2;

/// Shortest secret access key of a bucket whose uploads the Worker itself verifies, in bytes: the length of the hash.
///
/// Whoever has seen one signature can try secrets without asking anybody. A provider gives long secrets; here the owner chooses.
const MIN_VERIFIED_LEN: usize = 32;

/// An expiration of temporary credentials.
const EXPIRATION: SecretFormat =
    SecretFormat::of(|text| instant(text).is_some(), "a time such as 2026-11-23T19:10:00Z");

/// A session token of a key from which credentials are derived: there must be none.
const NO_SESSION_TOKEN: SecretFormat = SecretFormat::of(
    |_| false,
    "absent: R2 derives temporary credentials only from a key without a session token",
);

/// The names of the secrets, in sets. The first set that is complete and has not expired is used. The list is empty if the
/// credentials come from a token service that accepts a token of the issuer.
#[derive(Clone, Debug)]
pub(crate) struct BucketKeys {
    sets: Vec<KeyNames>,
    verifier: SignatureVerifier,
    session_token: SecretFormat,
}

/// Who verifies the signatures that are made with a bucket's credentials.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SignatureVerifier {
    /// The provider.
    Provider,
    /// For uploads that it receives and links to objects that it serves, the Worker itself.
    Worker,
}

#[derive(Clone, Debug)]
struct KeyNames {
    access_key_id: SecretName,
    secret_access_key: SecretName,
    session_token: SecretName,
    expiration: SecretName,
}

impl BucketKeys {
    /// Reads `credentials`, a name or a list of two, or `secret` in the table that it is.
    pub(crate) fn parse(
        entry: &ConfigValue<'_>,
        verifier: SignatureVerifier,
    ) -> Result<Self, ConfigError> {
        let entry = if entry.value.is_object() {
            let mut table = TableReader::new(entry)?;
            if table.optional(web_identity::KEY).is_some() {
                return Ok(Self { sets: Vec::new(), verifier, session_token: SecretFormat::LINE });
            }
            table.required("secret", EXPECTED)?
        } else {
            *entry
        };
        // The error does not repeat the value, which might be a credential itself.
        let hidden = || entry.problem(&format!("expected {EXPECTED}"));
        let entries = entry.one_or_more(EXPECTED).map_err(|_| hidden())?;
        let sets: Option<Vec<_>> = entries.iter().map(KeyNames::of).collect();
        let sets = sets.filter(|sets| sets.len() <= MAX).ok_or_else(hidden)?;
        Ok(Self { sets, verifier, session_token: SecretFormat::LINE })
    }

    /// Refuses session tokens, for keys from which credentials are derived.
    pub(crate) fn permanent(self) -> Self {
        Self { session_token: NO_SESSION_TOKEN, ..self }
    }

    /// Returns the keys of a bucket that is only read, through its binding.
    pub(crate) const fn none() -> Self {
        Self {
            sets: Vec::new(),
            verifier: SignatureVerifier::Worker,
            session_token: SecretFormat::LINE,
        }
    }

    /// Returns whether there are no credentials to sign with.
    pub(crate) fn is_none(&self) -> bool {
        self.sets.is_empty()
    }

    /// Returns the credentials to sign with, and their expiration if it is known.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`], [`Denial::SecretTooShort`], [`Denial::SecretMalformed`] or [`Denial::CredentialsExpired`] if no
    /// set can be used.
    pub(crate) fn credentials(
        &self,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<(Credentials, Option<UnixTime>), Denial> {
        let mut denial = Denial::CredentialsExpired;
        for set in &self.sets {
            match set.credentials(secrets, now, self.formats()) {
                Ok(found) => return Ok(found),
                Err(error) => denial = error,
            }
        }
        Err(denial)
    }

    /// Returns all credentials that are complete and have not expired. Signatures by any of them are valid.
    pub(crate) fn all(&self, secrets: &Secrets, now: UnixTime) -> Vec<Credentials> {
        let valid = |set: &KeyNames| set.credentials(secrets, now, self.formats()).ok();
        self.sets.iter().filter_map(valid).map(|(credentials, _)| credentials).collect()
    }

    /// Returns the names of all secrets, required or not.
    pub(crate) fn names(&self) -> impl Iterator<Item = &SecretName> {
        self.sets.iter().flat_map(|set| {
            [&set.access_key_id, &set.secret_access_key, &set.session_token, &set.expiration]
        })
    }

    /// Returns the missing secrets of the last set, or none if any set is complete.
    pub(crate) fn missing<'a>(&'a self, secrets: &Secrets) -> Vec<&'a SecretName> {
        let mut missing = Vec::new();
        for set in &self.sets {
            missing = vec![&set.access_key_id, &set.secret_access_key];
            missing.retain(|name| !secrets.contains(name));
            if missing.is_empty() {
                break;
            }
        }
        missing
    }

    /// Checks the value of a secret, if it is one of these.
    pub(crate) fn check(&self, name: &SecretName, value: &Secret) -> Result<(), Denial> {
        for set in &self.sets {
            let format = if *name == set.secret_access_key {
                self.secret_format()
            } else if *name == set.expiration {
                EXPIRATION
            } else if *name == set.access_key_id {
                SecretFormat::LINE
            } else if *name == set.session_token {
                self.session_token
            } else {
                continue;
            };
            format.check(name, value)?;
        }
        Ok(())
    }

    /// Returns what a secret access key and a session token must look like.
    const fn formats(&self) -> (SecretFormat, SecretFormat) {
        (self.secret_format(), self.session_token)
    }

    /// Returns what a secret access key must look like.
    const fn secret_format(&self) -> SecretFormat {
        SecretFormat::LINE.of_at_least(match self.verifier {
            SignatureVerifier::Provider => 0,
            SignatureVerifier::Worker => MIN_VERIFIED_LEN,
        })
    }
}

impl KeyNames {
    fn of(entry: &ConfigValue<'_>) -> Option<Self> {
        let name = |part| SecretName::new(&format!("{}_{part}", entry.value.as_str()?));
        Some(Self {
            access_key_id: name("ACCESS_KEY_ID")?,
            secret_access_key: name("SECRET_ACCESS_KEY")?,
            session_token: name("SESSION_TOKEN")?,
            expiration: name("EXPIRATION")?,
        })
    }

    fn credentials(
        &self,
        secrets: &Secrets,
        now: UnixTime,
        (secret_format, token_format): (SecretFormat, SecretFormat),
    ) -> Result<(Credentials, Option<UnixTime>), Denial> {
        let id = required(secrets, &self.access_key_id, SecretFormat::LINE)?;
        let secret = required(secrets, &self.secret_access_key, secret_format)?;
        let credentials = Credentials::new(id, secret);
        let credentials = match optional(secrets, &self.session_token, token_format)? {
            Some(token) => credentials.with_session_token(token),
            None => credentials,
        };
        match optional(secrets, &self.expiration, EXPIRATION)?.map(instant) {
            Some(Some(expiration)) if expiration > now => Ok((credentials, Some(expiration))),
            Some(_) => Err(Denial::CredentialsExpired),
            None => Ok((credentials, None)),
        }
    }
}

/// Returns the value of a secret that must be set, if it has the right format.
fn required<'a>(
    secrets: &'a Secrets,
    name: &SecretName,
    format: SecretFormat,
) -> Result<&'a str, Denial> {
    optional(secrets, name, format)?.ok_or_else(|| Denial::SecretMissing { name: name.clone() })
}

/// Returns the value of a secret, if it is set.
fn optional<'a>(
    secrets: &'a Secrets,
    name: &SecretName,
    format: SecretFormat,
) -> Result<Option<&'a str>, Denial> {
    let Some(value) = secrets.optional(name) else { return Ok(None) };
    format.check(name, value)?;
    Ok(Some(value.expose()))
}

/// Parses a time as AWS writes it, in UTC: `2026-11-23T19:10:00Z` or `2026-11-23T19:10:00+00:00`.
pub(crate) fn instant(text: &str) -> Option<UnixTime> {
    let is_utc = text.ends_with('Z') || text.ends_with("+00:00");
    UnixTime::parse_rfc3339(text).filter(|_| is_utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_instants_as_aws_writes_them() {
        for good in
            ["2026-11-23T19:00:00Z", "2026-11-23T19:00:00+00:00", "2026-11-23T19:00:00.123456Z"]
        {
            assert_eq!(instant(good).map(UnixTime::as_secs), Some(1_795_460_400), "{good}");
        }
        for bad in [
            "",
            "soon",
            "1795460400",
            "2026-11-23",
            "2026-11-23T19:00:00",
            "2026-13-23T19:00:00Z",
            "2026-11-23T25:00:00Z",
            "2026-11-23T19:00:00+01:00",
            "2026-11-23T19:00Z",
            "2026-11-23T19:00:00.xZ",
            "-2026-11-23T19:00:00Z",
            "1969-12-31T23:59:59Z",
        ] {
            assert_eq!(instant(bad), None, "{bad}");
        }
    }
}
