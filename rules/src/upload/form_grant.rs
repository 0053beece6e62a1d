//! Permission to upload one object by a form without scripts.

use alloc::sync::Arc;
use core::fmt;

use signer::{FieldName, FormKey, PostPolicy, PresignedPost, UnixTime};

use crate::ambient::Ambient;
use crate::bucket::entry::BucketEntry;
use crate::config::quantity::display_size;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::lifetime::Lifetime;
use crate::secret::Secrets;
use crate::signing::{GrantSigner, Signed};
use crate::upload::attributes::Attributes;
use crate::upload::confirm::Receiver;
use crate::upload::media_type::MediaType;
use crate::upload::quota::{self, Claim, Counted, sign_form};

/// Permission to upload one object of one type, up to a size; only [`crate::UploadRule::grant_form`] makes one.
#[derive(Debug)]
#[must_use = "a grant does nothing until it is signed"]
pub struct FormGrant {
    pub(crate) bucket: Arc<BucketEntry>,
    pub(crate) key: FormKey,
    pub(crate) media_type: MediaType,
    pub(crate) max_bytes: u64,
    pub(crate) redirect: Option<String>,
    pub(crate) attributes: Attributes,
    pub(crate) lifetime: Lifetime,
    /// Who can confirm the upload, if the rule permits that.
    pub(crate) receiver: Option<Receiver>,
    /// What the grant counts, if the rule has a quota.
    pub(crate) counted: Option<Box<Counted>>,
}

impl FormGrant {
    /// Returns the type that the form fixes, without the parameters that were requested.
    #[must_use]
    pub const fn media_type(&self) -> &MediaType {
        &self.media_type
    }

    /// Returns the size of the largest file that is accepted, such as `5 MiB`.
    #[must_use]
    pub fn max_size(&self) -> impl fmt::Display {
        display_size(self.max_bytes)
    }

    /// Returns the page to which the rule sends the browser after the upload, if it names one.
    #[must_use]
    pub fn redirect(&self) -> Option<&str> {
        self.redirect.as_deref()
    }

    /// Reserves the largest file that the form permits, if its rule has a quota.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if it must be performed first; [`Denial::QuotaExceeded`], [`Denial::StateNotBound`],
    /// [`Denial::StateUnavailable`]; and as [`FormGrant::sign`].
    pub fn reserve(
        &mut self,
        (secrets, results): (&Secrets, &Results),
        ambient: Ambient,
    ) -> Result<(), Blocked<Denial>> {
        let Some(counted) = self.counted.as_deref_mut() else { return Ok(()) };
        GrantSigner::new(Arc::clone(&self.bucket), self.lifetime, secrets, ambient.now)?;
        let keep = match &self.bucket.binding {
            Some(_) => quota::until(self.lifetime, ambient.now),
            None => counted.keep_of_file(false),
        };
        Claim { counted, bytes: self.max_bytes, keep }.reserve(results, ambient)
    }

    /// Signs the form. After the upload, the browser goes to the address that `redirect` returns. It gets the state with which
    /// that page can confirm the upload, if the rule permits that.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`] and the like if the environment has no valid credentials.
    pub fn sign(
        &self,
        redirect: impl FnOnce(Option<&str>) -> String,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<Signed<PresignedPost>, Denial> {
        let signer = GrantSigner::new(Arc::clone(&self.bucket), self.lifetime, secrets, now)?;
        let (key, sizes) = (self.key.as_str(), (1, self.max_bytes));
        let reservation = self.counted.as_deref().map(Counted::reserved).transpose()?;
        let granted = self
            .receiver
            .as_ref()
            .map(|to| (to, to.granted(reservation, key, sizes, &self.attributes)));
        let state = granted.as_ref().and_then(|(to, granted)| to.seal_for_page(granted, &signer));
        let redirect = redirect(state.as_deref());
        let policy = PostPolicy::new(signer.bucket(), self.key.clone(), signer.expiration())
            .exact(FieldName::SUCCESS_ACTION_REDIRECT, &*redirect)
            .content_length_range(1..=self.max_bytes);
        let policy = self.attributes.add_to_form(policy);
        let state = granted.as_ref().and_then(|(to, granted)| to.seal_for_worker(granted, &signer));
        let is_required = granted.as_ref().is_some_and(|(to, _)| to.is_required());
        let post = sign_form(policy, state, is_required, &signer);
        Ok(signer.signed(key, post))
    }
}
