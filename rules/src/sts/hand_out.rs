//! Credentials of a role that a caller gets, restricted to its prefix.

use signer::UnixTime;

use crate::credentials_rule::grant::{CredentialsGrant, UNAVAILABLE};
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::secret::Secrets;
use crate::sts::answer::Issued;
use crate::sts::assume_role::AssumeRole;

impl AssumeRole {
    /// Asks the token service for new credentials.
    pub(crate) fn hand_out(
        &self,
        grant: &CredentialsGrant,
        secrets: &Secrets,
        results: &Results,
        now: UnixTime,
    ) -> Result<Issued, Blocked<Denial>> {
        let (credentials, _) = grant.bucket.keys.credentials(secrets, now)?;
        let request = self.request_for_caller(grant, &credentials, now);
        Issued::read(results.require(request)?, now).map_err(|_| UNAVAILABLE.into())
    }
}
