//! Where the credentials of a bucket come from.

use signer::Region;

use crate::bucket::provider::Provider;
use crate::config::error::ConfigError;
use crate::config::reader::{ConfigValue, TableReader};
use crate::sts::assume_role::AssumeRole;

/// Where the credentials that sign come from.
#[derive(Clone, Debug)]
pub(crate) enum CredentialSource {
    /// The secrets are the credentials.
    Secrets,
    /// A security token service gives them out. The secrets are a key that may do nothing but ask for them.
    AssumeRole(Box<AssumeRole>),
}

impl CredentialSource {
    /// Reads `credentials`: a name or a list of names of secrets, or a table. `bucket` is its endpoint and region.
    pub(crate) fn parse(
        entry: &ConfigValue<'_>,
        (provider, name): (&Provider, &str),
        bucket: (&str, &Region),
    ) -> Result<Self, ConfigError> {
        if !entry.value.is_object() {
            return Ok(Self::Secrets);
        }
        let mut table = TableReader::new(entry)?;
        let _ = table.optional("secret"); // which the keys of the bucket have read
        let role = AssumeRole::parse(entry, &mut table, (provider, name), bucket)?;
        table.finish()?;
        Ok(Self::AssumeRole(Box::new(role)))
    }

    /// Returns the shortest life of credentials that can be handed out, in seconds; `None` if the secrets are the credentials.
    pub(crate) const fn shortest_secs(&self) -> Option<u32> {
        match self {
            Self::Secrets => None,
            Self::AssumeRole(_) => Some(AssumeRole::SHORTEST_SECS),
        }
    }

    /// Returns the role to assume, if the credentials are those of one.
    pub(crate) fn assume_role(&self) -> Option<&AssumeRole> {
        match self {
            Self::Secrets => None,
            Self::AssumeRole(role) => Some(role),
        }
    }
}
