//! Finds an upload in parts by its id or by a capability.

use alloc::sync::Arc;

use serde::de::DeserializeOwned;
use signer::{ObjectKey, UnixTime, UploadId};

use super::upload_state::UploadState;
use crate::callers::caller::Caller;
use crate::denial::Denial;
use crate::lifetime::{EndsWith, Lifetime};
use crate::secret::Secrets;
use crate::signing::GrantSigner;
use crate::upload::multipart::MultipartUpload;
use crate::upload::purpose::{Capability, Purpose};
use crate::upload::quota::Reservation;
use crate::upload::rule::UploadRule;

impl UploadRule {
    /// Finds the upload with this id.
    ///
    /// # Errors
    ///
    /// [`Denial::NoSuchUpload`] if it belongs to another rule or caller, or has expired.
    pub fn resume(
        &self,
        caller: &Caller,
        upload_id: &str,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<MultipartUpload, Denial> {
        let lifetime = caller.lifetime(self.expires, now)?;
        let id = Purpose::Id { caller: caller.name(), subject: caller.subject() };
        let state = self.open(upload_id, id, secrets, now)?;
        self.upload(state, lifetime, secrets, now)
    }

    /// Finds the upload of a capability, and the caller that received it. Whoever has the capability may use it.
    ///
    /// # Errors
    ///
    /// [`Denial::NoSuchUpload`] if it permits something else, belongs to another rule or to a caller that the rule no longer
    /// accepts, or has expired.
    pub fn open_capability(
        &self,
        capability: Capability,
        text: &str,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<(Caller, MultipartUpload), Denial> {
        let state: UploadState = self.open(text, Purpose::Capability(capability), secrets, now)?;
        if !self.access.callers.iter().any(|kind| kind.name() == state.caller) {
            return Err(Denial::NoSuchUpload);
        }
        let caller = Caller::of_capability(&state.caller, state.subject.as_deref());
        Ok((caller, self.upload(state, Lifetime::new(self.expires), secrets, now)?))
    }

    /// Opens a sealed state, such as an id or a capability.
    pub(crate) fn open<T: DeserializeOwned>(
        &self,
        text: &str,
        purpose: Purpose<'_>,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<T, Denial> {
        // During a key rotation, the other credentials may have sealed it.
        let credentials = self.bucket.opening_keys(secrets, now);
        purpose.open(text, self.access().rule(), &credentials, now).ok_or(Denial::NoSuchUpload)
    }

    /// Returns the reservation of an upload.
    fn reservation(&self, state: &UploadState) -> Option<Reservation> {
        let quota = self.quota_of(&state.caller, state.subject.as_deref())?;
        Some(Reservation { quota, id: state.reservation.clone()? })
    }

    /// Returns the upload. What is signed for it expires no later than the upload itself.
    fn upload(
        &self,
        state: UploadState,
        lifetime: Lifetime,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<MultipartUpload, Denial> {
        let lifetime = lifetime.until(state.end(), EndsWith::Upload, now);
        let lifetime = lifetime.ok_or(Denial::NoSuchUpload)?;
        Ok(MultipartUpload {
            signer: GrantSigner::new(Arc::clone(&self.bucket), lifetime, secrets, now)?,
            rule: self.access().rule().to_owned(),
            key: ObjectKey::new(&*state.key).map_err(Denial::InvalidKey)?,
            upload_id: UploadId::new(&*state.upload).map_err(|_| Denial::NoSuchUpload)?,
            parts: state.parts(),
            reservation: self.reservation(&state),
            state,
        })
    }
}
