//! Callers of kind `access`: a token of Cloudflare Access as `Cf-Access-Jwt-Assertion`.
//!
//! Spec: <https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/validating-json/>

use crate::callers::authority::Authority;
use crate::callers::caller::Caller;
use crate::callers::context::Attempt;
use crate::callers::kind_info::{Credential, Identity, KindInfo, Precedence, Source};
use crate::callers::kinds::jwt::Jwt;
use crate::callers::tokens::claim_rules::ClaimRules;
use crate::callers::tokens::keys::Keys;
use crate::config::error::ConfigError;
use crate::config::reader::TableReader;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::secret_name::SecretName;

/// Accepts the tokens of one team.
#[derive(Clone, Debug)]
pub(crate) struct CloudflareAccess(Jwt);

impl CloudflareAccess {
    pub(crate) const INFO: KindInfo = KindInfo {
        source: Source::Header("cf-access-jwt-assertion"),
        credential: Credential::Ambient,
        identity: Identity::NamedWithClaims,
        precedence: Precedence::Token,
    };

    /// Reads `team` and the rules for the claims; issuer and keys follow from the team.
    pub(crate) fn parse(table: &mut TableReader<'_>) -> Result<Self, ConfigError> {
        const TEAM: &str = r#"a team domain such as "acme.cloudflareaccess.com""#;
        let team = table.required("team", TEAM)?.parsed(TEAM, |team| {
            let name = team.strip_suffix(".cloudflareaccess.com")?;
            let label = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
            (!name.is_empty() && name.bytes().all(label)).then(|| format!("https://{team}"))
        })?;
        let keys = Keys::Url(format!("{team}/cdn-cgi/access/certs"));
        Ok(Self(Jwt::new(keys, ClaimRules::with_issuer(team, table)?)))
    }

    pub(crate) fn secrets(&self) -> &[SecretName] {
        self.0.secrets()
    }

    pub(crate) fn authority(&self) -> Authority<'_> {
        self.0.authority()
    }

    pub(crate) fn authenticate(
        &self,
        attempt: &Attempt<'_>,
    ) -> Result<Option<Caller>, Blocked<Denial>> {
        self.0.authenticate(attempt)
    }
}
