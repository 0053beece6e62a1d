//! Where the credentials of a bucket come from.

use signer::Region;

use crate::bucket::provider::Provider;
use crate::bucket::r2_temporary::Account;
use crate::config::error::ConfigError;
use crate::config::reader::{ConfigValue, TableReader};
use crate::sts::assume_role::AssumeRole;

/// Where the credentials that sign come from.
#[derive(Clone, Debug)]
pub(crate) enum CredentialSource {
    /// The secrets are the credentials.
    Secrets,
    /// A security token service gives them out, to a key that may do nothing but ask for them or to a token of the issuer.
    AssumeRole(Box<AssumeRole>),
    /// They are derived from the secrets, for each grant its own, as R2 permits to the keys of an account.
    R2Temporary(Box<Account>),
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
        let source = if table.has("temporary") {
            let _ = table.optional("secret"); // which the keys of the bucket have read
            r2_temporary(&mut table, provider, bucket.0)?
        } else {
            let role = AssumeRole::parse(entry, &mut table, (provider, name), bucket)?;
            Self::AssumeRole(Box::new(role))
        };
        table.finish()?;
        Ok(source)
    }

    /// Returns the shortest life of credentials that can be handed out, in seconds; `None` if the secrets are the credentials
    /// themselves.
    pub(crate) const fn shortest_secs(&self) -> Option<u32> {
        match self {
            Self::Secrets => None,
            Self::AssumeRole(_) => Some(AssumeRole::SHORTEST_SECS),
            Self::R2Temporary(_) => Some(1),
        }
    }

    /// Returns the role to assume, if the credentials are those of one.
    pub(crate) fn assume_role(&self) -> Option<&AssumeRole> {
        match self {
            Self::Secrets | Self::R2Temporary(_) => None,
            Self::AssumeRole(role) => Some(role),
        }
    }

    /// Returns the account for which credentials are derived, if they are.
    pub(crate) fn r2_account(&self) -> Option<&Account> {
        match self {
            Self::Secrets | Self::AssumeRole(_) => None,
            Self::R2Temporary(account) => Some(account),
        }
    }
}

/// Reads `temporary`.
#[inline(never)] // keeps rare code out of the function that reads every bucket
fn r2_temporary(
    table: &mut TableReader<'_>,
    provider: &Provider,
    endpoint: &str,
) -> Result<CredentialSource, ConfigError> {
    let entry = table.required("temporary", "true or false")?;
    if !provider.derives_credentials() {
        return Err(
            entry.problem("only r2 derives temporary credentials from a key: remove this line")
        );
    }
    if !entry.boolean()? {
        return Ok(CredentialSource::Secrets);
    }
    let account = Account::of(endpoint).ok_or_else(|| {
        entry.problem("temporary credentials name the account, so the bucket's `endpoint` must be R2's own, such as \"https://<account>.r2.cloudflarestorage.com\"")
    })?;
    Ok(CredentialSource::R2Temporary(Box::new(account)))
}
