//! The signer of grants: it chooses the credentials and limits the lifetime to theirs.

use alloc::sync::Arc;

use signer::{
    Authorize, AuthorizedRequest, Bucket, Credentials, Expires, ObjectKey, Operation, PostPolicy,
    Presign, PresignedPost, PresignedUrl, UnixTime,
};

use crate::bucket::binding_name::BindingName;
use crate::bucket::entry::BucketEntry;
use crate::bucket::r2_temporary::action::Action;
use crate::bucket::r2_temporary::{Keys, Restriction};
use crate::denial::Denial;
use crate::lifetime::{EndsWith, Lifetime};
use crate::secret::Secrets;

/// How long the Worker's own requests may take to arrive, in seconds: S3 accepts their signatures as long.
const REQUEST_SECS: u64 = 900;

/// A signed grant, with its description for the client and the log.
#[derive(Debug)]
pub struct Signed<T> {
    /// The form or URL.
    pub output: T,
    /// The key of the object, or S3's pattern for it.
    pub key: String,
    /// When the permission ends.
    pub expiration: UnixTime,
    /// What makes the permission expire before the rule's `expires` has passed, if anything does.
    pub ends_with: Option<EndsWith>,
    /// The bucket's name in `BUCKETS`, if the Worker itself receives its forms.
    pub bound_bucket: Option<String>,
    /// The state with which the upload can be confirmed, if the rule permits that.
    pub confirm: Option<String>,
}

/// The credentials that sign a grant, and a lifetime that ends no later than they do.
#[derive(Debug)]
pub(crate) struct GrantSigner {
    bucket: Arc<BucketEntry>,
    credentials: Credentials,
    /// What seals states, if it is not the credentials.
    sealing_key: Option<Credentials>,
    lifetime: Lifetime,
    signed_at: UnixTime,
}

impl GrantSigner {
    /// Chooses the credentials, and shortens the lifetime to theirs.
    pub(crate) fn new(
        bucket: Arc<BucketEntry>,
        lifetime: Lifetime,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<Self, Denial> {
        let (credentials, lifetime) = bucket.sign_for(lifetime, secrets, now)?;
        let sealing_key = bucket.sealing_key(secrets, now)?;
        Ok(Self { bucket, credentials, sealing_key, lifetime, signed_at: now })
    }

    /// Sets the signing time, such as the start of a window.
    pub(crate) fn at(self, signed_at: UnixTime) -> Self {
        Self { signed_at, ..self }
    }

    /// Returns the credentials whose key seals states. They outlive those that sign.
    pub(crate) fn sealing_credentials(&self) -> &Credentials {
        self.sealing_key.as_ref().unwrap_or(&self.credentials)
    }

    /// Returns whether later credentials can go on with what these have begun.
    pub(crate) const fn is_renewed(&self) -> bool {
        self.sealing_key.is_some()
    }

    /// Returns the bucket's name in `BUCKETS`.
    pub(crate) fn bucket_name(&self) -> &str {
        &self.bucket.name
    }

    /// Returns the bucket's binding, if it has one.
    pub(crate) fn binding(&self) -> Option<&BindingName> {
        self.bucket.binding.as_ref()
    }

    /// Returns whether the Worker itself receives the bucket's forms.
    pub(crate) fn is_bound(&self) -> bool {
        self.bucket.binding.is_some()
    }

    pub(crate) fn bucket(&self) -> &Bucket {
        &self.bucket.bucket
    }

    pub(crate) const fn signed_at(&self) -> UnixTime {
        self.signed_at
    }

    pub(crate) const fn expires(&self) -> Expires {
        self.lifetime.expires
    }

    pub(crate) const fn ends_with(&self) -> Option<EndsWith> {
        self.lifetime.ends_with
    }

    pub(crate) fn expiration(&self) -> UnixTime {
        self.signed_at.plus_secs(self.lifetime.expires.as_secs().into())
    }

    pub(crate) fn sign_form(&self, policy: PostPolicy<'_>) -> PresignedPost {
        self.bucket.sign_post(policy, &self.credentials, self.signed_at)
    }

    pub(crate) fn sign_url(&self, request: &Presign<'_>) -> PresignedUrl {
        self.bucket.sign_url(request, &self.credentials, self.signed_at)
    }

    /// Signs the URL for one part of an upload, always with Signature Version 4.
    pub(crate) fn sign_part(&self, part: &Presign<'_>) -> PresignedUrl {
        self.bucket.sign_with(&self.credentials, self.signed_at, |signer| part.sign(signer))
    }

    /// Signs the URL of one operation on one object. If credentials are derived from a key, those of the URL permit nothing else.
    /// But whoever has the URL has them too, since its token contains them: other headers and parameters of the operation are not
    /// fixed any longer.
    pub(crate) fn sign_restricted_url(
        &self,
        operation: Operation<'_>,
        key: &ObjectKey,
        link: &Presign<'_>,
    ) -> PresignedUrl {
        // A link to the Worker itself is verified by the Worker, which knows the key.
        let is_at_bucket = |_: &Credentials| link.bucket() == self.bucket();
        let derived = self.derive(operation, key, self.expiration()).filter(is_at_bucket);
        let credentials = derived.as_ref().unwrap_or(&self.credentials);
        self.bucket.sign_url(link, credentials, self.signed_at)
    }

    /// Signs a request that the Worker itself sends, for one operation on one object. If credentials are derived from a key, those
    /// of the request permit nothing else.
    pub(crate) fn sign_request(
        &self,
        operation: Operation<'_>,
        key: &ObjectKey,
        request: &Authorize<'_>,
    ) -> AuthorizedRequest {
        let derived = self.derive(operation, key, self.signed_at.plus_secs(REQUEST_SECS));
        let credentials = derived.as_ref().unwrap_or(&self.credentials);
        self.bucket.sign_with(credentials, self.signed_at, |signer| request.sign(signer))
    }

    /// Derives credentials for one operation on one object, if the bucket's are derived from a key.
    #[inline(never)] // keeps rare code out of the functions that sign
    fn derive(
        &self,
        operation: Operation<'_>,
        key: &ObjectKey,
        until: UnixTime,
    ) -> Option<Credentials> {
        let account = self.bucket.source.r2_account()?;
        let restriction = Restriction {
            bucket: self.bucket().name(),
            actions: &[Action::of(operation)?],
            keys: Keys::Of(key.as_str()),
            from: self.signed_at,
            until,
        };
        Some(account.derive(&self.credentials, &restriction))
    }

    /// Adds the description to what was signed for `key`.
    pub(crate) fn signed<T>(&self, key: &str, output: T) -> Signed<T> {
        Signed {
            output,
            key: key.to_owned(),
            expiration: self.expiration(),
            ends_with: self.ends_with(),
            bound_bucket: self.bucket.binding.as_ref().map(|_| self.bucket.name.clone()),
            confirm: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use signer::{Method, UrlStyle};

    use super::*;
    use crate::rules::Rules;
    use crate::secret::Secret;
    use crate::secret_name::SecretName;

    const NOW: UnixTime = UnixTime::from_secs(1_795_460_400); // 2026-11-23T19:00:00Z

    fn signer() -> GrantSigner {
        let credentials = json!({ "secret": "MEDIA", "temporary": true });
        let bucket = json!({ "provider": "r2", "name": "acme-media", "endpoint": "https://0a1b.r2.cloudflarestorage.com", "credentials": credentials });
        let vars = json!({ "BUCKETS": { "media": bucket } });
        let rules = Rules::parse(vars.as_object().unwrap()).unwrap();
        let mut secrets = Secrets::default();
        for name in ["MEDIA_ACCESS_KEY_ID", "MEDIA_SECRET_ACCESS_KEY"] {
            secrets.insert(SecretName::new(name).unwrap(), Secret::new(name));
        }
        let bucket = Arc::clone(rules.buckets.get("media").unwrap());
        GrantSigner::new(bucket, Lifetime::new(Expires::MAX), &secrets, NOW).unwrap()
    }

    #[test]
    fn derives_credentials_for_links_to_the_bucket_only() {
        let (signer, key) = (signer(), ObjectKey::new("a.txt").unwrap());
        let region = signer.bucket().region().clone();
        let worker =
            Bucket::new("https://files.example.com/files", UrlStyle::Path, "media", region);
        for (bucket, is_derived) in [(signer.bucket(), true), (&worker.unwrap(), false)] {
            let link = Presign::new(Method::Get, bucket, &key, signer.expires());
            let url = signer.sign_restricted_url(Method::Get.into(), &key, &link).url;
            assert_eq!(url.contains("X-Amz-Security-Token"), is_derived, "{url}");
        }
    }
}
