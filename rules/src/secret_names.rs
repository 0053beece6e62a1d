//! Names of interchangeable secrets: one, or several while a secret is rotated.

use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::reader::{ConfigPath, ConfigValue, TableReader};
use crate::denial::Denial;
use crate::secret::{Secret, Secrets};
use crate::secret_format::SecretFormat;
use crate::secret_name::SecretName;

const EXPECTED: &str = r#"the name of a secret such as "SITE_TOKEN", not its value"#;

/// Most names in one list.
const MAX: usize = 8;

/// The names of secrets that are all accepted. At least one must be set.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct SecretNames(Vec<SecretName>);

impl SecretNames {
    /// Reads `secret`, a name or a list of names.
    pub(crate) fn parse(table: &mut TableReader<'_>) -> Result<Self, ConfigError> {
        Self::parse_key(table, "secret")
    }

    /// Reads a key of this name: the name of a secret, or a list of names.
    pub(crate) fn parse_key(
        table: &mut TableReader<'_>,
        key: &'static str,
    ) -> Result<Self, ConfigError> {
        let entry = table.required(key, EXPECTED)?;
        // The error does not repeat the value, which might be the secret itself.
        let hidden = |place: &ConfigPath<'_>| place.problem(&format!("expected {EXPECTED}"));
        let entries = entry.one_or_more(EXPECTED).map_err(|_| hidden(&entry.place))?;
        let name = |entry: &ConfigValue<'_>| {
            entry.value.as_str().and_then(SecretName::new).ok_or_else(|| hidden(&entry.place))
        };
        let names = entries.iter().map(name).collect::<Result<Vec<_>, _>>()?;
        if names.len() > MAX {
            let found = names.len();
            let error = entry.problem(&format!("expected at most {MAX} names, found {found}"));
            return Err(error.with_kind(ConfigErrorKind::TooManySecrets));
        }
        Ok(Self(names))
    }

    /// Names one secret, by a name that is part of this program.
    pub(crate) fn of(name: &str) -> Self {
        Self(SecretName::new(name).into_iter().collect())
    }

    pub(crate) fn as_slice(&self) -> &[SecretName] {
        &self.0
    }

    /// Returns the values of the secrets that are set.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`] if none is set, [`Denial::SecretTooShort`] or [`Denial::SecretMalformed`] if one does not
    /// have the right format.
    pub(crate) fn values<'a>(
        &self,
        secrets: &'a Secrets,
        format: SecretFormat,
    ) -> Result<Vec<&'a Secret>, Denial> {
        let mut values = Vec::new();
        for name in &self.0 {
            let Some(value) = secrets.optional(name) else { continue };
            format.check(name, value)?;
            values.push(value);
        }
        match self.0.first() {
            Some(name) if values.is_empty() => Err(Denial::SecretMissing { name: name.clone() }),
            _ => Ok(values),
        }
    }
}
