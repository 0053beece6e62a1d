//! Finds an upload in parts by its id or by a capability.

use alloc::sync::Arc;

use signer::{ObjectKey, UnixTime, UploadId};

use super::upload_state::{Kind, UploadState};
use crate::callers::caller::Caller;
use crate::denial::Denial;
use crate::lifetime::Lifetime;
use crate::secret::Secrets;
use crate::signing::GrantSigner;
use crate::upload::multipart::MultipartUpload;
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
        let state = self.verify(upload_id, Kind::Id, secrets, now);
        let state = state.filter(|state| state.is_of(caller)).ok_or(Denial::NoSuchUpload)?;
        self.upload(state, lifetime, secrets, now)
    }

    /// Finds the upload of a capability, and the caller that received it. Whoever has the capability may use it.
    ///
    /// # Errors
    ///
    /// [`Denial::NoSuchUpload`] if it belongs to another rule, or has expired.
    pub fn open_capability(
        &self,
        capability: &str,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<(Caller, MultipartUpload), Denial> {
        let state =
            self.verify(capability, Kind::Capability, secrets, now).ok_or(Denial::NoSuchUpload)?;
        let caller = Caller::of_capability(&state.caller, state.subject.as_deref());
        Ok((caller, self.upload(state, Lifetime::new(self.expires), secrets, now)?))
    }

    /// Verifies an id or a capability, and returns the state in it.
    fn verify(
        &self,
        text: &str,
        kind: Kind,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Option<UploadState> {
        // During a key rotation, the other credentials may have signed it.
        UploadState::verify(
            text,
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
        Ok(MultipartUpload {
            signer: GrantSigner::new(Arc::clone(&self.bucket), lifetime, secrets, now)?,
            key: ObjectKey::new(&*state.key).map_err(Denial::InvalidKey)?,
            upload_id: UploadId::new(&*state.upload).map_err(|_| Denial::NoSuchUpload)?,
            parts: state.parts(),
            state,
        })
    }
}
