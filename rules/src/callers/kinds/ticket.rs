//! Callers of kind `ticket`: a token of the site's own back end, as `Authorization: Bearer ...` or in the path.

use crate::callers::authority::Authority;
use crate::callers::caller::Caller;
use crate::callers::context::Attempt;
use crate::callers::kind_info::{Credential, Identity, KindInfo, Precedence, Source};
use crate::callers::tokens::keys::Keys;
use crate::callers::tokens::ticket::Ticket;
use crate::callers::tokens::token::UnverifiedToken;
use crate::config::error::ConfigError;
use crate::config::reader::TableReader;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::secret_name::SecretName;
use crate::secret_names::SecretNames;

/// Accepts tickets that are signed with one of the secrets.
#[derive(Clone, Debug)]
pub(crate) struct TicketIssuer {
    keys: Keys,
    /// Whether each ticket is valid for one request.
    single_use: bool,
}

impl TicketIssuer {
    pub(crate) const INFO: KindInfo = KindInfo {
        source: Source::BearerOrPath,
        credential: Credential::Explicit,
        identity: Identity::NamedWithClaims,
        precedence: Precedence::Token,
    };

    pub(crate) fn parse(table: &mut TableReader<'_>) -> Result<Self, ConfigError> {
        let keys = Keys::Secrets(SecretNames::parse(table)?);
        Ok(Self { keys, single_use: table.switch("single_use")? })
    }

    pub(crate) const fn is_single_use(&self) -> bool {
        self.single_use
    }

    pub(crate) fn secrets(&self) -> &[SecretName] {
        self.keys.secrets()
    }

    pub(crate) const fn authority(&self) -> Authority<'_> {
        Authority::BackEnd(&self.keys)
    }

    /// Verifies the signature before it reports a wrong claim, so that a forged ticket reveals nothing about the checks.
    pub(crate) fn authenticate(
        &self,
        attempt: &Attempt<'_>,
    ) -> Result<Option<Caller>, Blocked<Denial>> {
        let Some(token) = attempt.proof else { return Ok(None) };
        let token = UnverifiedToken::parse(token)?;
        self.keys.check_algorithm(token.algorithm)?;
        self.keys.verify(&token, attempt)?;
        let (subject, ticket) = Ticket::read(attempt.rule, &token.claims, attempt.context.now)?;
        let ticket =
            if self.single_use { ticket.valid_once(attempt.entry, &token.claims)? } else { ticket };
        Ok(Some(Caller::with_ticket(subject, ticket)))
    }
}
