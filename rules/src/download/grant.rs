//! What a download rule grants.

use alloc::sync::Arc;

use signer::{Credentials, Method, ObjectKey, Presign, PresignedUrl, UnixTime};

use crate::bucket::entry::BucketEntry;
use crate::download::attachment::Attachment;
use crate::download::window::Window;
use crate::keys::file_name::FileName;
use crate::lifetime::{EndsWith, Lifetime};
use crate::{Denial, Secrets};

/// Permission to read one object for a while; only [`DownloadRule::grant`] makes one.
#[derive(Debug)]
#[must_use = "a grant does nothing until it is signed"]
pub struct DownloadGrant {
    pub(crate) bucket: Arc<BucketEntry>,
    pub(crate) key: ObjectKey,
    pub(crate) lifetime: Lifetime,
    pub(crate) window: Option<Window>,
    pub(crate) attachment: Option<Attachment>,
}

impl DownloadGrant {
    /// The key of the object.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.as_str()
    }

    /// Has browsers save the object under a name, or under the last segment of its key if `name` is empty.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidArgument`] if the name is none for a file.
    pub fn saved_as(self, name: &str) -> Result<Self, Denial> {
        let name = if name.is_empty() { self.key.as_str() } else { name };
        let attachment = Attachment::new(&FileName::of("download", name)?);
        Ok(Self { attachment: Some(attachment), ..self })
    }

    /// When the permission ends, if it is signed at `now`.
    #[must_use]
    pub fn expiration(&self, now: UnixTime) -> UnixTime {
        self.signed_at(now).plus_secs(self.lifetime.expires.as_secs().into())
    }

    /// For how many seconds the very same URL comes out, if the rule has a window.
    ///
    /// The URL lives at least as long again, since a window is at most half of `expires`.
    #[must_use]
    pub fn max_age(&self, now: UnixTime) -> Option<u64> {
        Some(self.stable()?.left(now))
    }

    /// The instant that the signature names.
    fn signed_at(&self, now: UnixTime) -> UnixTime {
        self.stable().map_or(now, |window| window.start(now))
    }

    /// The rule's window; but none where something else ends the link earlier, and so shortens it with each second.
    fn stable(&self) -> Option<Window> {
        self.window.filter(|_| self.lifetime.ends_with.is_none())
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

    /// Signs a GET of the object.
    #[must_use]
    pub fn sign_get(&self, credentials: &Credentials, now: UnixTime) -> PresignedUrl {
        self.sign(Method::Get, credentials, now)
    }

    /// Signs a HEAD of the object; a signature is good for one method only.
    #[must_use]
    pub fn sign_head(&self, credentials: &Credentials, now: UnixTime) -> PresignedUrl {
        self.sign(Method::Head, credentials, now)
    }

    fn sign(&self, method: Method, credentials: &Credentials, now: UnixTime) -> PresignedUrl {
        let expires = self.lifetime.expires;
        let mut link = Presign::new(method, &self.bucket.bucket, &self.key, expires);
        if let Some(attachment) = &self.attachment {
            link = link
                .query("response-content-disposition", attachment.as_str())
                .expect("S3's own parameter, and no part of a signature");
        }
        self.bucket.sign_url(&link, credentials, self.signed_at(now))
    }
}
