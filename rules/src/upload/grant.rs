//! What an upload rule grants.

use alloc::sync::Arc;

use signer::{
    Credentials, FieldName, FormKey, HeaderName, HeaderValue, Method, ObjectKey, PostPolicy,
    Presign, PresignedPost, PresignedUrl, UnixTime,
};

use crate::bucket::entry::BucketEntry;
use crate::bucket::overwrite::Overwrite;
use crate::lifetime::{EndsWith, Lifetime};
use crate::upload::checksum::Checksum;
use crate::upload::metadata::Metadata;
use crate::{Denial, MediaType, Secrets};

/// Permission to put one object of one size and type for a while; only [`crate::UploadRule::grant`] makes one.
#[derive(Debug)]
#[must_use = "a grant does nothing until it is signed"]
pub struct UploadGrant {
    pub(crate) bucket: Arc<BucketEntry>,
    pub(crate) key: ObjectKey,
    /// The same key for a form, where the bucket takes one.
    pub(crate) form_key: Option<FormKey>,
    pub(crate) media_type: MediaType,
    /// Least size in bytes: that of the file, unless only a form's limit is known.
    pub(crate) min_length: u64,
    pub(crate) content_length: u64,
    /// What the store answers to a form; 204 unless this says otherwise.
    pub(crate) status: Option<&'static str>,
    pub(crate) metadata: Metadata,
    pub(crate) checksum: Option<Checksum>,
    pub(crate) lifetime: Lifetime,
    pub(crate) overwrite: Overwrite,
}

/// What a browser needs for one upload.
#[derive(Debug)]
pub enum SignedUpload {
    /// A form to POST.
    Post(PresignedPost),
    /// A URL to PUT to, where the provider takes no forms.
    Put(PresignedUrl),
}

impl UploadGrant {
    /// The key that the object will have.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.as_str()
    }

    /// When the permission ends, if it is signed at `now`.
    #[must_use]
    pub fn expiration(&self, now: UnixTime) -> UnixTime {
        now.plus_secs(self.lifetime.expires.as_secs().into())
    }

    /// The bucket's name in `BUCKETS`, if the Worker itself takes the form.
    #[must_use]
    pub fn bound_bucket(&self) -> Option<&str> {
        self.bucket.binding.as_ref().map(|_| self.bucket.name.as_str())
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

    /// Has the store answer a form with 201 and XML, which some clients read.
    pub fn answered_by_xml(self) -> Self {
        Self { status: Some("201"), ..self }
    }

    /// Whether a URL can hold what the grant permits, so that [`UploadGrant::sign_put`] signs one.
    #[must_use]
    pub fn fits_put(&self) -> bool {
        !self.bucket.signature.is_v2() && self.min_length == self.content_length
    }

    /// Signs a URL to PUT to, even where the bucket takes forms.
    ///
    /// # Errors
    ///
    /// [`Denial::NoPut`] if it could not hold the size.
    pub fn sign_put(
        self,
        credentials: &Credentials,
        now: UnixTime,
    ) -> Result<PresignedUrl, Denial> {
        if !self.fits_put() {
            return Err(Denial::NoPut);
        }
        Ok(self.bucket.sign_url(&self.put(), credentials, now))
    }

    /// Signs what the grant permits, and no more.
    #[must_use]
    pub fn sign(self, credentials: &Credentials, now: UnixTime) -> SignedUpload {
        let bucket = Arc::clone(&self.bucket);
        match &self.form_key {
            Some(key) => {
                let policy = self.post_policy(key.clone(), now);
                SignedUpload::Post(bucket.sign_post(policy, credentials, now))
            }
            None => SignedUpload::Put(bucket.sign_url(&self.put(), credentials, now)),
        }
    }

    fn post_policy(&self, key: FormKey, now: UnixTime) -> PostPolicy<'_> {
        let mut policy = PostPolicy::new(&self.bucket.bucket, key, self.expiration(now))
            .exact(FieldName::CONTENT_TYPE, self.media_type.as_str())
            .content_length_range(self.min_length..=self.content_length);
        if let Some(status) = self.status {
            policy = policy.exact(FieldName::SUCCESS_ACTION_STATUS, status);
        }
        for entry in &self.metadata {
            policy = policy.exact(entry.name.field.clone(), entry.value.as_str());
        }
        if let Some(checksum) = &self.checksum {
            policy = policy.exact(checksum.field.clone(), checksum.value.as_str());
        }
        if self.overwrite == Overwrite::Refused {
            policy = policy.exact(FieldName::IF_NONE_MATCH, "*");
        }
        policy
    }

    fn put(&self) -> Presign<'_> {
        let mut put =
            Presign::new(Method::Put, &self.bucket.bucket, &self.key, self.lifetime.expires)
                .header(HeaderName::CONTENT_TYPE, self.media_type.to_header_value());
        put = if self.bucket.signature.is_google() {
            let range = self.content_length..=self.content_length;
            put.header(HeaderName::GOOG_CONTENT_LENGTH_RANGE, range.into())
        } else {
            put.header(HeaderName::CONTENT_LENGTH, self.content_length.into())
        };
        for entry in &self.metadata {
            put = put.header(entry.name.header.clone(), entry.value.clone());
        }
        if let Some(checksum) = &self.checksum {
            put = put.header(checksum.header.clone(), checksum.value.clone());
        }
        if self.overwrite == Overwrite::Refused {
            put = put.header(HeaderName::IF_NONE_MATCH, HeaderValue::any());
        }
        put
    }
}
