//! Keeps the temporary credentials of a bucket fresh.

use signer::{Credentials, UnixTime};

use crate::bucket::credentials::CredentialSource;
use crate::bucket::entry::BucketEntry;
use crate::bucket::keys::BucketKeys;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::effect::results::{EffectResult, Results};
use crate::effect::{CredentialsRequest, Holder, Timing};
use crate::rules::Rules;
use crate::secret::Secrets;
use crate::sts::answer::{Issued, Session};
use crate::sts::assume_role::AssumeRole;
use crate::sts::failure::CredentialsFailure;
use crate::sts::request::SessionRequest;
use crate::sts::sessions::Next;

impl AssumeRole {
    /// Returns once there are credentials to sign with.
    pub(crate) fn prepare(
        &self,
        (bucket, keys): (&str, &BucketKeys),
        secrets: &Secrets,
        results: &Results,
        now: UnixTime,
    ) -> Result<(), Blocked<Denial>> {
        let next = self.sessions.lock().next(now);
        let timing = match next {
            Next::Sign => return Ok(()),
            Next::Fail { retry_after } => {
                return Err(Denial::CredentialsUnavailable { retry_after }.into());
            }
            Next::Renew => Timing::InBackground,
            Next::Wait => Timing::Now,
        };
        let session = SessionRequest {
            bucket,
            policy: self.restriction().map(|restriction| restriction.policy.as_json()),
            duration_secs: self.duration_secs(),
            session_name: self.session_name(),
            holder: Holder::Worker,
            timing,
        };
        let request = match (self.request(&session, keys, secrets, now), next) {
            (Ok(request), _) => request,
            // The key is not needed as long as its credentials last.
            (Err(_), Next::Renew) => return Ok(()),
            (Err(denial), _) => return Err(denial.into()),
        };
        let result = results.require(request)?;
        if timing == Timing::Now && self.accept(result, now).is_err() {
            return Err(Denial::CredentialsUnavailable { retry_after: 1 }.into());
        }
        Ok(())
    }

    /// Stores the result of a request for credentials.
    fn accept(&self, result: &EffectResult, now: UnixTime) -> Result<(), CredentialsFailure> {
        let session = Session::read(result, now);
        let mut state = self.sessions.lock();
        let longest = self.restriction().map_or(0, |restriction| restriction.longest_secs);
        session.map(|session| state.store(session, longest, now)).inspect_err(|_| state.fail(now))
    }

    /// Returns the credentials to sign with, and their expiration.
    pub(crate) fn credentials(&self, now: UnixTime) -> Result<(Credentials, UnixTime), Denial> {
        let state = self.sessions.lock();
        let usable = state.usable(now).map(|(credentials, end)| (credentials.clone(), end));
        usable.ok_or(Denial::CredentialsUnavailable { retry_after: 1 })
    }
}

impl BucketEntry {
    /// Returns once there are credentials to sign with. Credentials that are secrets are always there, or missing.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if they must be requested first, or if their renewal must begin;
    /// [`Denial::CredentialsUnavailable`] if the last request for them failed; [`Denial::SecretMissing`] and the like if the
    /// key that requests them is not set.
    pub fn prepare(
        &self,
        secrets: &Secrets,
        results: &Results,
        now: UnixTime,
    ) -> Result<(), Blocked<Denial>> {
        match &self.source {
            CredentialSource::Secrets | CredentialSource::R2Temporary(_) => Ok(()),
            CredentialSource::AssumeRole(role) => {
                role.prepare((&self.name, &self.keys), secrets, results, now)
            }
        }
    }
}

impl Rules {
    /// Stores the result of a request for the Worker's own credentials. Those of a caller are not kept.
    ///
    /// # Errors
    ///
    /// A [`CredentialsFailure`] for the log.
    pub fn accept_credentials(
        &self,
        request: &CredentialsRequest,
        result: &EffectResult,
        now: UnixTime,
    ) -> Result<(), CredentialsFailure> {
        if request.holder == Holder::Caller {
            return Issued::read(result, now).map(drop);
        }
        match self.buckets.get(&*request.bucket).map(|bucket| &bucket.source) {
            Some(CredentialSource::AssumeRole(role)) => role.accept(result, now),
            Some(CredentialSource::Secrets | CredentialSource::R2Temporary(_)) | None => Ok(()),
        }
    }
}
