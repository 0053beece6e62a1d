//! Credentials of a role that a caller gets, restricted to its prefix.

use signer::UnixTime;

use crate::credentials_rule::grant::{CredentialsGrant, UNAVAILABLE};
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::effect::{Holder, Timing};
use crate::secret::Secrets;
use crate::sts::answer::Issued;
use crate::sts::assume_role::AssumeRole;
use crate::sts::request::SessionRequest;

impl AssumeRole {
    /// Asks the token service for new credentials.
    pub(crate) fn hand_out(
        &self,
        grant: &CredentialsGrant,
        secrets: &Secrets,
        results: &Results,
        now: UnixTime,
    ) -> Result<Issued, Blocked<Denial>> {
        let session = SessionRequest {
            bucket: &grant.bucket.name,
            policy: Some(grant.policy.as_json()),
            duration_secs: grant.lifetime.expires.as_secs(),
            session_name: &grant.session_name,
            holder: Holder::Caller,
            timing: Timing::Now,
        };
        let request = self.request(&session, &grant.bucket.keys, secrets, now)?;
        Issued::read(results.require(request)?, now).map_err(|_| UNAVAILABLE.into())
    }
}
