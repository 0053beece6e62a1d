//! Callers of kind `jwt`: a token of an issuer as `Authorization: Bearer ...`.

use crate::callers::authority::Authority;
use crate::callers::caller::Caller;
use crate::callers::context::Attempt;
use crate::callers::kind_info::{Credential, Identity, KindInfo, Precedence, Source};
use crate::callers::tokens::claim_rules::ClaimRules;
use crate::callers::tokens::keys::Keys;
use crate::callers::tokens::token::UnverifiedToken;
use crate::config::error::ConfigError;
use crate::config::reader::TableReader;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::secret_name::SecretName;

/// Accepts tokens that are signed with one of the keys and have the required claims.
#[derive(Clone, Debug)]
pub(crate) struct Jwt {
    keys: Keys,
    claims: ClaimRules,
}

impl Jwt {
    pub(crate) const INFO: KindInfo = KindInfo {
        source: Source::Bearer,
        credential: Credential::Explicit,
        identity: Identity::NamedWithClaims,
        precedence: Precedence::Token,
    };

    pub(crate) const fn new(keys: Keys, claims: ClaimRules) -> Self {
        Self { keys, claims }
    }

    pub(crate) fn parse(table: &mut TableReader<'_>) -> Result<Self, ConfigError> {
        Ok(Self { keys: Keys::parse(table)?, claims: ClaimRules::parse(table)? })
    }

    pub(crate) fn secrets(&self) -> &[SecretName] {
        self.keys.secrets()
    }

    pub(crate) fn authority(&self) -> Authority<'_> {
        let (names, subject) = (self.claims.issuers(), Some(self.claims.subject()));
        Authority::Issuer { names, keys: &self.keys, subject }
    }

    /// Checks the claims first, so that a token that is refused anyway causes no fetch of keys.
    pub(crate) fn authenticate(
        &self,
        attempt: &Attempt<'_>,
    ) -> Result<Option<Caller>, Blocked<Denial>> {
        let Some(token) = attempt.proof else { return Ok(None) };
        let token = UnverifiedToken::parse(token)?;
        self.keys.check_algorithm(token.algorithm)?;
        let subject = self.claims.check(&token.claims, attempt.context.now)?;
        self.keys.verify(&token, attempt)?;
        Ok(Some(Caller::with_claims(subject, token.claims)))
    }
}
