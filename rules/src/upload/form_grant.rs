//! What a form without any script may do.

use alloc::sync::Arc;
use core::fmt;

use signer::{Credentials, FieldName, FormKey, PostPolicy, PresignedPost, UnixTime};

use crate::bucket::entry::BucketEntry;
use crate::bucket::overwrite::Overwrite;
use crate::config::quantity::display_size;
use crate::lifetime::{EndsWith, Lifetime};
use crate::{Denial, MediaType, Secrets};

/// Permission to put one object of one type, up to a size; only [`crate::UploadRule::grant_form`] makes one.
#[derive(Debug)]
#[must_use = "a grant does nothing until it is signed"]
pub struct FormGrant {
    pub(crate) bucket: Arc<BucketEntry>,
    pub(crate) key: FormKey,
    pub(crate) media_type: MediaType,
    pub(crate) max_bytes: u64,
    pub(crate) redirect: Option<String>,
    pub(crate) lifetime: Lifetime,
    pub(crate) overwrite: Overwrite,
}

impl FormGrant {
    /// The key of the object, or S3's pattern for it.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.as_str()
    }

    /// The bucket's origin, to which the form will be sent, unless the Worker itself takes it.
    #[must_use]
    pub fn bucket_origin(&self) -> String {
        self.bucket.bucket.origin()
    }

    /// The bucket's name in `BUCKETS`, if the Worker itself takes the form.
    #[must_use]
    pub fn bound_bucket(&self) -> Option<&str> {
        self.bucket.binding.as_ref().map(|_| self.bucket.name.as_str())
    }

    /// The type that the form fixes.
    #[must_use]
    pub const fn media_type(&self) -> &MediaType {
        &self.media_type
    }

    /// The largest file that is taken, such as `5 MiB`.
    #[must_use]
    pub fn max_size(&self) -> impl fmt::Display {
        display_size(self.max_bytes)
    }

    /// Where the rule sends the browser after the upload, if it says so.
    #[must_use]
    pub fn redirect(&self) -> Option<&str> {
        self.redirect.as_deref()
    }

    /// When the permission ends, if it is signed at `now`.
    #[must_use]
    pub fn expiration(&self, now: UnixTime) -> UnixTime {
        now.plus_secs(self.lifetime.expires.as_secs().into())
    }

    /// What ends the permission before its rule would, if something does.
    #[must_use]
    pub const fn ends_with(&self) -> Option<EndsWith> {
        self.lifetime.ends_with
    }

    /// The credentials that sign it; the permission ends with them, if they end first.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`] and the like if the environment has none that are good.
    pub fn credentials(&mut self, secrets: &Secrets, now: UnixTime) -> Result<Credentials, Denial> {
        let (credentials, lifetime) = self.bucket.sign_for(self.lifetime, secrets, now)?;
        self.lifetime = lifetime;
        Ok(credentials)
    }

    /// Signs the form, which ends at `redirect`.
    #[must_use]
    pub fn sign(self, redirect: &str, credentials: &Credentials, now: UnixTime) -> PresignedPost {
        let expiration = self.expiration(now);
        let mut policy = PostPolicy::new(&self.bucket.bucket, self.key, expiration)
            .exact(FieldName::CONTENT_TYPE, self.media_type.as_str())
            .exact(FieldName::SUCCESS_ACTION_REDIRECT, redirect)
            .content_length_range(1..=self.max_bytes);
        if self.overwrite == Overwrite::Refused {
            policy = policy.exact(FieldName::IF_NONE_MATCH, "*");
        }
        self.bucket.sign_post(policy, credentials, now)
    }
}
