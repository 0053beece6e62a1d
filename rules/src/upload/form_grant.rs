//! Permission to upload one object by a form without scripts.

use alloc::sync::Arc;
use core::fmt;

use signer::{FieldName, FormKey, PostPolicy, PresignedPost, UnixTime};

use crate::bucket::entry::BucketEntry;
use crate::config::quantity::display_size;
use crate::denial::Denial;
use crate::lifetime::Lifetime;
use crate::secret::Secrets;
use crate::signing::{GrantSigner, Signed};
use crate::upload::attributes::Attributes;
use crate::upload::confirm::{Receiver, STATE_FIELD};
use crate::upload::media_type::MediaType;

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
        let granted =
            self.receiver.as_ref().map(|to| (to, to.granted(key, sizes, &self.attributes)));
        let state = granted.as_ref().and_then(|(to, granted)| to.seal_for_page(granted, &signer));
        let redirect = redirect(state.as_deref());
        let policy = PostPolicy::new(signer.bucket(), self.key.clone(), signer.expiration())
            .exact(FieldName::SUCCESS_ACTION_REDIRECT, &*redirect)
            .content_length_range(1..=self.max_bytes);
        let mut post = signer.sign_form(self.attributes.add_to_form(policy));
        if let Some((to, granted)) = &granted {
            let state = to.seal_for_worker(granted, &signer);
            post.fields.extend(state.map(|state| (STATE_FIELD.into(), state)));
        }
        Ok(signer.signed(key, post))
    }
}
