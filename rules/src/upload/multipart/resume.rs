//! Which upload an id or a pass is of.

use alloc::sync::Arc;

use signer::{ObjectKey, UnixTime, UploadId};

use super::upload_state::{Kind, UploadState};
use crate::lifetime::Lifetime;
use crate::{Caller, Denial, MultipartUpload, Secrets, UploadRule};

impl UploadRule {
    /// Finds the upload that a sealed id is of.
    ///
    /// # Errors
    ///
    /// [`Denial::NoSuchUpload`] if it is none of this rule and caller, or its time is over.
    pub fn resume(
        &self,
        caller: &Caller,
        sealed: &str,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<MultipartUpload, Denial> {
        let lifetime = caller.lifetime(self.expires, now)?;
        let state = self.open(sealed, Kind::Id, secrets, now);
        let state = state.filter(|state| state.is_of(caller)).ok_or(Denial::NoSuchUpload)?;
        self.upload(state, lifetime, secrets, now)
    }

    /// Finds the upload that a pass is for, and the caller to whom it was given: the pass is the proof.
    ///
    /// # Errors
    ///
    /// [`Denial::NoSuchUpload`] if it is for none of this rule, or its time is over.
    pub fn open_capability(
        &self,
        capability: &str,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<(Caller, MultipartUpload), Denial> {
        let state =
            self.open(capability, Kind::Capability, secrets, now).ok_or(Denial::NoSuchUpload)?;
        let caller = Caller::of_capability(&state.caller, state.subject.as_deref());
        Ok((caller, self.upload(state, Lifetime::new(self.expires), secrets, now)?))
    }

    fn open(
        &self,
        sealed: &str,
        kind: Kind,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Option<UploadState> {
        // While keys are rotated, there are ids about that the others closed.
        UploadState::open(
            sealed,
            kind,
            self.access().rule(),
            &self.bucket.keys.all(secrets, now),
            now,
        )
    }

    fn upload(
        &self,
        state: UploadState,
        lifetime: Lifetime,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<MultipartUpload, Denial> {
        let (credentials, lifetime) = self.bucket.sign_for(lifetime, secrets, now)?;
        Ok(MultipartUpload {
            bucket: Arc::clone(&self.bucket),
            credentials,
            lifetime,
            key: ObjectKey::new(&*state.key).map_err(Denial::InvalidKey)?,
            upload_id: UploadId::new(&*state.upload).map_err(|_| Denial::NoSuchUpload)?,
            parts: state.parts(),
            state,
        })
    }
}
