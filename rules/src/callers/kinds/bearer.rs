//! Callers of kind `bearer`: a shared secret as `Authorization: Bearer ...`.

use crate::callers::caller::Caller;
use crate::callers::context::Attempt;
use crate::callers::kind_info::{Credential, Identity, KindInfo, Precedence, Source};
use crate::callers::segment::Segment;
use crate::config::error::ConfigError;
use crate::config::reader::TableReader;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::secret_format::SecretFormat;
use crate::secret_name::SecretName;
use crate::secret_names::SecretNames;

/// Shortest secret accepted, in bytes: 128 bits, if it is random.
const MIN_SECRET_LEN: usize = 16;

/// Accepts requests with one of the secrets. The caller is named after the entry of `CALLERS`.
#[derive(Clone, Debug)]
pub(crate) struct Bearer {
    secrets: SecretNames,
}

impl Bearer {
    pub(crate) const INFO: KindInfo = KindInfo {
        source: Source::Bearer,
        credential: Credential::Explicit,
        identity: Identity::Named,
        precedence: Precedence::Secret,
    };

    pub(crate) const SECRET: SecretFormat = SecretFormat::TOKEN.of_at_least(MIN_SECRET_LEN);

    pub(crate) fn parse(table: &mut TableReader<'_>) -> Result<Self, ConfigError> {
        Ok(Self { secrets: SecretNames::parse(table)? })
    }

    pub(crate) fn secrets(&self) -> &[SecretName] {
        self.secrets.as_slice()
    }

    /// Compares with every secret, even after a match.
    pub(crate) fn authenticate(
        &self,
        attempt: &Attempt<'_>,
    ) -> Result<Option<Caller>, Blocked<Denial>> {
        let expected = self.secrets.values(attempt.secrets, Self::SECRET)?;
        let Some(token) = attempt.proof else { return Ok(None) };
        let matches = expected.iter().filter(|expected| expected.matches(token)).count();
        let name = Segment::new(attempt.entry).filter(|_| matches > 0);
        Ok(Some(Caller::with_subject(name.ok_or(Denial::TokenInvalid)?)))
    }
}
