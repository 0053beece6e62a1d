//! Finds an upload to confirm by the state that its client kept.

use alloc::sync::Arc;

use signer::{ObjectKey, UnixTime};

use super::confirm_mode::ConfirmMode;
use super::confirmation::{Confirmation, REQUEST};
use super::grant_state::{FILENAME, Granted};
use crate::callers::caller::Caller;
use crate::denial::Denial;
use crate::lifetime::Lifetime;
use crate::secret::Secrets;
use crate::signing::GrantSigner;
use crate::upload::purpose::Purpose;
use crate::upload::rule::UploadRule;

impl UploadRule {
    /// Returns whether uploads can be confirmed.
    #[must_use]
    pub const fn takes_confirmations(&self) -> bool {
        !matches!(self.confirm, ConfirmMode::Off)
    }

    /// Returns whether an object that is not what was granted is deleted when its upload is confirmed.
    #[must_use]
    pub const fn deletes_mismatched(&self) -> bool {
        matches!(self.confirm, ConfirmMode::CompareAndDelete)
    }

    /// Finds the upload of a state that this caller received with its grant.
    ///
    /// # Errors
    ///
    /// [`Denial::NoSuchUpload`] if it belongs to another rule or caller, or has expired.
    pub fn confirm(
        &self,
        caller: &Caller,
        state: &str,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<Confirmation<'_>, Denial> {
        let purpose = Purpose::Confirm { caller: caller.name(), subject: caller.subject() };
        let granted: Granted = self.open(state, purpose, secrets, now)?;
        let key = granted.key.clone();
        self.confirmation(granted, key, secrets, now)
    }

    /// Finds the upload of the state in the address of the page after a form. Whoever has the address may confirm it.
    ///
    /// `key` is the one that the bucket adds to the address. It counts only if the form made the file's name part of the key.
    ///
    /// # Errors
    ///
    /// As [`UploadRule::confirm`]; also if the rule no longer accepts the caller, or no such form makes the key.
    pub fn confirm_page(
        &self,
        state: &str,
        key: &str,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<(Caller, Confirmation<'_>), Denial> {
        let granted: Granted = self.open(state, Purpose::Page, secrets, now)?;
        if !self.access.callers.iter().any(|kind| kind.name() == granted.caller) {
            return Err(Denial::NoSuchUpload);
        }
        let key = if !granted.key.ends_with(FILENAME) {
            granted.key.clone()
        } else if granted.makes(key) {
            key.to_owned()
        } else {
            return Err(Denial::NoSuchUpload);
        };
        let caller = Caller::of_capability(&granted.caller, granted.subject.as_deref());
        Ok((caller, self.confirmation(granted, key, secrets, now)?))
    }

    fn confirmation(
        &self,
        granted: Granted,
        key: String,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<Confirmation<'_>, Denial> {
        let key = ObjectKey::new(key).map_err(Denial::InvalidKey)?;
        let lifetime = Lifetime::new(REQUEST);
        let signer = GrantSigner::new(Arc::clone(&self.bucket), lifetime, secrets, now)?;
        Ok(Confirmation { rule: self, granted, key, signer, now })
    }
}
