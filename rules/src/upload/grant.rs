//! Permission to upload one object, and how it is signed.

use alloc::sync::Arc;

use signer::{
    Bucket, FieldName, FormKey, HeaderName, Method, ObjectKey, PostPolicy, Presign, PresignedPost,
    PresignedUrl, UnixTime,
};

#[cfg(feature = "operator")]
use crate::ambient::Ambient;
use crate::bucket::entry::BucketEntry;
use crate::denial::Denial;
#[cfg(feature = "operator")]
use crate::keys::fill::uuid;
use crate::lifetime::Lifetime;
use crate::secret::Secrets;
use crate::signing::{GrantSigner, Signed};
use crate::upload::attributes::Attributes;
use crate::upload::confirm::Receiver;
use crate::upload::own_put::{COUNTED_PARAMETER, STATE_PARAMETER};
use crate::upload::quota::{Counted, Reservation, sign_form};

/// Permission to upload one object of one size and type for a while; only [`crate::UploadRule::grant`] makes one.
#[derive(Debug)]
#[must_use = "a grant does nothing until it is signed"]
pub struct UploadGrant {
    pub(crate) bucket: Arc<BucketEntry>,
    pub(crate) key: ObjectKey,
    /// The same key for a form, if the upload uses one.
    pub(crate) form_key: Option<FormKey>,
    /// The bucket at the Worker's own domain, if the client sends the file there by PUT.
    pub(crate) worker: Option<Bucket>,
    /// Smallest size accepted, in bytes: the file's, or 1 if it is not known.
    pub(crate) min_length: u64,
    /// Largest size accepted, in bytes: the file's, or the limit if it is not known.
    pub(crate) content_length: u64,
    /// The status of the bucket's response to a form; 204 by default.
    pub(crate) status: Option<&'static str>,
    pub(crate) attributes: Attributes,
    pub(crate) lifetime: Lifetime,
    /// Who can confirm the upload, if the rule permits that.
    pub(crate) receiver: Option<Receiver>,
    /// What the grant counts, if the rule has a quota. It is rare, so it is boxed.
    pub(crate) counted: Option<Box<Counted>>,
}

/// What a browser needs for one upload.
#[derive(Debug)]
pub enum SignedUpload {
    /// A form to POST.
    Post(PresignedPost),
    /// A URL to PUT to.
    Put(PresignedUrl),
}

impl SignedUpload {
    /// Returns the HTTP method for the file.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        match self {
            Self::Post(_) => "POST",
            Self::Put(_) => "PUT",
        }
    }

    /// Returns the URL to send the file to.
    #[must_use]
    pub fn url(&self) -> &str {
        match self {
            Self::Post(post) => &post.url,
            Self::Put(put) => &put.url,
        }
    }

    /// Returns the fields of a form, in the order to send them.
    #[must_use]
    pub fn fields(&self) -> Option<Vec<(&str, &str)>> {
        let Self::Post(post) = self else { return None };
        Some(post.fields.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect())
    }

    /// Returns the headers of a PUT.
    #[must_use]
    pub fn headers(&self) -> Option<Vec<(&str, &str)>> {
        let Self::Put(put) = self else { return None };
        Some(put.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect())
    }
}

impl UploadGrant {
    /// Returns the key that the object will have.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.as_str()
    }

    /// Returns the bucket that the object will be in.
    #[must_use]
    pub fn bucket(&self) -> &BucketEntry {
        &self.bucket
    }

    /// Makes the bucket respond to a form with 201 and XML, which some clients read.
    pub fn with_xml_response(self) -> Self {
        Self { status: Some("201"), ..self }
    }

    /// Returns whether [`UploadGrant::by_put`] succeeds: whether a signed URL can fix the size.
    #[must_use]
    pub fn can_be_put(&self) -> bool {
        !self.bucket.signature.is_v2() && self.min_length == self.content_length
    }

    /// Makes the client send the file by PUT, even if the bucket accepts forms.
    ///
    /// # Errors
    ///
    /// [`Denial::NoPut`] if a signed URL cannot fix the size.
    pub fn by_put(self) -> Result<Self, Denial> {
        if self.can_be_put() { Ok(Self { form_key: None, ..self }) } else { Err(Denial::NoPut) }
    }

    /// Returns whether the grant counts against a quota.
    #[must_use]
    pub const fn is_counted(&self) -> bool {
        self.counted.is_some()
    }

    /// Makes the grant one that needs no reservation, for a program of the operator, who has the bucket's credentials anyway. The Worker
    /// still counts the files that it receives itself.
    #[cfg(feature = "operator")]
    pub fn uncounted(mut self, ambient: Ambient) -> Self {
        if let Some(counted) = &mut self.counted {
            counted.id = Some(uuid((ambient.random)()));
        }
        self
    }

    /// Returns whether the upload can be confirmed.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.receiver.as_ref().is_some_and(Receiver::confirms)
    }

    /// Returns whether the Worker itself receives the file.
    #[must_use]
    pub fn is_received(&self) -> bool {
        self.bucket.binding.is_some()
    }

    /// Returns the reservation, if there is one.
    #[must_use]
    pub fn reservation(&self) -> Option<Reservation> {
        self.counted.as_ref().and_then(|counted| counted.reservation())
    }

    /// Checks that the grant can be signed.
    ///
    /// # Errors
    ///
    /// As [`UploadGrant::sign`].
    pub(crate) fn check_signing(&self, secrets: &Secrets, now: UnixTime) -> Result<(), Denial> {
        GrantSigner::new(Arc::clone(&self.bucket), self.lifetime, secrets, now).map(drop)
    }

    /// Signs what the grant permits, and no more.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`] and the like if the environment has no valid credentials; [`Denial::InvalidArgument`] if the
    /// client sends the file to the Worker itself, and nobody said where that is; [`Denial::StateUnavailable`] if the rule has a quota
    /// and nothing is reserved.
    pub fn sign(self, secrets: &Secrets, now: UnixTime) -> Result<Signed<SignedUpload>, Denial> {
        self.check_worker()?;
        let reservation = self.counted.as_deref().map(Counted::reserved).transpose()?;
        let signer = GrantSigner::new(Arc::clone(&self.bucket), self.lifetime, secrets, now)?;
        let granted = self.receiver.as_ref().map(|receiver| {
            let sizes = (self.min_length, self.content_length);
            (receiver, receiver.granted(reservation, self.key(), sizes, &self.attributes))
        });
        let granted = granted.as_ref();
        let state =
            granted.and_then(|(receiver, granted)| receiver.seal_for_worker(granted, &signer));
        let upload = match &self.form_key {
            Some(key) => {
                let is_required = granted.is_some_and(|(receiver, _)| receiver.is_required());
                let policy = self.post_policy(key.clone(), &signer);
                SignedUpload::Post(sign_form(policy, state, is_required, &signer))
            }
            None => SignedUpload::Put(signer.sign_url(&self.put(&signer, state.as_deref()))),
        };
        let confirm =
            granted.and_then(|(receiver, granted)| receiver.seal_for_caller(granted, &signer));
        Ok(Signed { confirm, ..signer.signed(self.key(), upload) })
    }

    fn post_policy<'a>(&self, key: FormKey, signer: &'a GrantSigner) -> PostPolicy<'a> {
        let policy = PostPolicy::new(signer.bucket(), key, signer.expiration())
            .content_length_range(self.min_length..=self.content_length);
        let policy = self.attributes.add_to_form(policy);
        match self.status {
            Some(status) => policy.exact(FieldName::SUCCESS_ACTION_STATUS, status),
            None => policy,
        }
    }

    fn put<'a>(&'a self, signer: &'a GrantSigner, state: Option<&str>) -> Presign<'a> {
        let bucket = self.worker.as_ref().unwrap_or(signer.bucket());
        let put = Presign::new(Method::Put, bucket, &self.key, signer.expires());
        let put = match state {
            Some(state) => {
                let is_required = self.receiver.as_ref().is_some_and(Receiver::is_required);
                let name = if is_required { COUNTED_PARAMETER } else { STATE_PARAMETER };
                put.query(name, state).expect("not a parameter of a signature")
            }
            None => put,
        };
        let put = self.attributes.add_to_put(put);
        if self.bucket.signature.is_google() {
            let range = self.content_length..=self.content_length;
            put.header(HeaderName::GOOG_CONTENT_LENGTH_RANGE, range.into())
        } else {
            put.header(HeaderName::CONTENT_LENGTH, self.content_length.into())
        }
    }
}
