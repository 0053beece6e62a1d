//! Permission to get credentials for one prefix, and how they are obtained.

use alloc::sync::Arc;

use signer::{ObjectKey, UnixTime};

use crate::bucket::credentials::CredentialSource;
use crate::bucket::entry::BucketEntry;
use crate::bucket::r2_temporary::action::Action as R2Action;
use crate::bucket::r2_temporary::{Keys, Restriction};
use crate::credentials_rule::handed_out::HandedOut;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::iam::SessionPolicy;
use crate::lifetime::{EndsWith, Lifetime};
use crate::secret::Secrets;
use crate::sts::Issued;

/// Permission to get credentials for one prefix; only [`crate::CredentialsRule::grant`] makes one.
#[derive(Debug)]
#[must_use = "a grant does nothing until its credentials are requested"]
pub struct CredentialsGrant {
    pub(crate) bucket: Arc<BucketEntry>,
    /// It ends with a slash.
    pub(crate) prefix: String,
    /// What the credentials can do, for a token service.
    pub(crate) policy: SessionPolicy,
    /// The same for R2.
    pub(crate) r2_actions: Vec<R2Action>,
    pub(crate) session_name: String,
    pub(crate) lifetime: Lifetime,
}

impl CredentialsGrant {
    /// Returns the prefix of the keys, which ends with a slash.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Returns what makes the credentials expire early, if anything does.
    #[must_use]
    pub const fn ends_with(&self) -> Option<EndsWith> {
        self.lifetime.ends_with
    }

    /// Gets credentials that are restricted to the grant. They are new, though requests at the same time with equal caller, prefix
    /// and actions can share them. Those that sign for the Worker are never handed out.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if they must be requested first; [`Denial::CredentialsUnavailable`] if the request failed;
    /// [`Denial::SecretMissing`] and the like if the key that requests them is not set.
    pub fn issue(
        &self,
        secrets: &Secrets,
        results: &Results,
        now: UnixTime,
    ) -> Result<HandedOut<'_>, Blocked<Denial>> {
        let issued = match &self.bucket.source {
            CredentialSource::AssumeRole(role) => role.hand_out(self, secrets, results, now)?,
            CredentialSource::R2Temporary(account) => {
                let (key, _) = self.bucket.keys.credentials(secrets, now)?;
                account.issue(&key, &self.restriction(now))
            }
            // The configuration refuses such a rule.
            CredentialSource::Secrets => return Err(UNAVAILABLE.into()),
        };
        self.handed_out(issued).ok_or_else(|| UNAVAILABLE.into())
    }

    /// Returns what credentials that are derived from R2's key permit.
    fn restriction(&self, now: UnixTime) -> Restriction<'_> {
        Restriction {
            bucket: self.bucket.bucket().name(),
            actions: &self.r2_actions,
            keys: Keys::Prefix(&self.prefix),
            from: now,
            until: now.plus_secs(self.lifetime.expires.as_secs().into()),
        }
    }

    fn handed_out(&self, issued: Issued) -> Option<HandedOut<'_>> {
        let Issued { access_key_id, secret_access_key, session_token, expiration } = issued;
        let bucket = self.bucket.bucket();
        let url = bucket.object_url(&ObjectKey::new("x").ok()?);
        Some(HandedOut {
            access_key_id,
            secret_access_key,
            session_token,
            expiration,
            bucket: bucket.name(),
            region: bucket.region().as_str(),
            endpoint: self.bucket.endpoint(),
            url: url.strip_suffix("/x")?.to_owned(),
            prefix: &self.prefix,
        })
    }
}

pub(crate) const UNAVAILABLE: Denial = Denial::CredentialsUnavailable { retry_after: 1 };
