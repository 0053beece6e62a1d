//! Events: where a rule sends them, what they say, and how they are signed and retried.
//!
//! Spec: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>

pub(crate) mod address;
pub(crate) mod attribution;
pub(crate) mod event;
mod look_up;
pub(crate) mod message;
mod r2;
pub(crate) mod schedule;
pub(crate) mod webhook;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use zeroize::Zeroizing;

use crate::config::error::ConfigError;
use crate::config::reader::{ConfigValue, TableReader};
use crate::denial::Denial;
use crate::notify::address::{Private, WebhookUrl};
use crate::secret::{Secret, Secrets};
use crate::secret_format::SecretFormat;
use crate::secret_name::SecretName;
use crate::secret_names::SecretNames;

const EXPECTED: &str =
    r#"a URL such as "https://api.example.com/hooks/signpost", or { url = "..." }"#;

/// The name of the secret, unless the configuration gives another.
const DEFAULT_SECRET: &str = "WEBHOOK_SECRET";

/// How a secret begins.
const PREFIX: &str = "whsec_";

/// The length of a secret, in bytes, once it is decoded.
const SECRET_BYTES: core::ops::RangeInclusive<usize> = 24..=64;

/// Where a rule sends its events, and the secrets that sign them.
#[derive(Clone, Debug)]
pub(crate) struct Notify {
    pub(crate) url: WebhookUrl,
    secrets: SecretNames,
}

impl Notify {
    pub(crate) const SECRET: SecretFormat =
        SecretFormat::of(is_secret, "whsec_ and the base64 of 24 to 64 bytes");

    /// Reads `notify`: a URL, or a table with `url`, `secret` and `private_address`.
    pub(crate) fn parse(entry: &ConfigValue<'_>) -> Result<Self, ConfigError> {
        if entry.value.is_string() {
            let url = WebhookUrl::parse(entry, Private::Refused)?;
            return Ok(Self { url, secrets: SecretNames::of(DEFAULT_SECRET) });
        }
        let mut table = TableReader::new(entry).map_err(|_| entry.expected(EXPECTED))?;
        let url = table.required("url", EXPECTED)?;
        let private =
            if table.switch("private_address")? { Private::Allowed } else { Private::Refused };
        let url = WebhookUrl::parse(&url, private)?;
        let secrets = if table.has("secret") {
            SecretNames::parse(&mut table)?
        } else {
            table.optional("secret");
            SecretNames::of(DEFAULT_SECRET)
        };
        table.finish()?;
        Ok(Self { url, secrets })
    }

    pub(crate) fn secrets(&self) -> &[SecretName] {
        self.secrets.as_slice()
    }

    /// Returns the keys that sign, the newest first.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`] if no secret is set, [`Denial::SecretMalformed`] if one has another format.
    pub(crate) fn keys(&self, secrets: &Secrets) -> Result<Vec<Zeroizing<Vec<u8>>>, Denial> {
        let values = self.secrets.values(secrets, Self::SECRET)?;
        Ok(values.into_iter().filter_map(|value| key(value.expose())).collect())
    }

    /// Checks that a secret is set, and that each has the right format.
    pub(crate) fn check(&self, secrets: &Secrets) -> Result<(), Denial> {
        self.secrets.values(secrets, Self::SECRET).map(drop)
    }

    /// Checks the format of one secret, if it is one of these.
    pub(crate) fn check_secret(&self, name: &SecretName, value: &Secret) -> Result<(), Denial> {
        if self.secrets().contains(name) { Self::SECRET.check(name, value) } else { Ok(()) }
    }
}

fn is_secret(value: &str) -> bool {
    key(value).is_some()
}

/// Decodes a secret.
fn key(value: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = BASE64_STANDARD.decode(value.strip_prefix(PREFIX)?).map(Zeroizing::new).ok()?;
    SECRET_BYTES.contains(&bytes.len()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_24_to_64_bytes_in_base64_after_its_prefix() {
        for (bytes, is_valid) in [(23, false), (24, true), (32, true), (64, true), (65, false)] {
            let encoded = BASE64_STANDARD.encode(vec![7; bytes]);
            assert_eq!(is_secret(&format!("whsec_{encoded}")), is_valid, "{bytes}");
            assert!(!is_secret(&encoded), "without the prefix");
        }
        let url_safe = format!("whsec_{}", "-_".repeat(22));
        assert!(!is_secret(&url_safe));
        assert!(!is_secret("whsec_"));
        // The libraries of the specification do not read base64 without its padding.
        assert!(!is_secret("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
    }
}
