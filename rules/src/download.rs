//! An entry of `DOWNLOADS`, and what it grants.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use signer::{Credentials, Expires, Method, ObjectKey, Presign, PresignedUrl, Signer, UnixTime};

use crate::bucket::BucketEntry;
use crate::caller_kind::CallerKind;
use crate::key_template::{self, KeyTemplate, Placeholder, Values};
use crate::lifetime::{EndsWith, Lifetime};
use crate::rules;
use crate::table::{Entry, Table};
use crate::{Access, Caller, ConfigError, Denial, Moment, Secrets};

/// Longest life of a link, in seconds: 7 days, S3's own limit.
const MAX_EXPIRES: u32 = Expires::MAX_SECS;
const EXPIRES: &str = r#"a length of time such as "5 min", at most 7 days"#;

/// What one download rule permits.
#[derive(Debug)]
pub struct DownloadRule {
    pub(crate) bucket: Arc<BucketEntry>,
    access: Access,
    key: KeyTemplate,
    pub(crate) expires: Expires,
}

impl DownloadRule {
    pub(crate) fn parse(
        entry: &Entry<'_>,
        buckets: &BTreeMap<String, Arc<BucketEntry>>,
        callers: &BTreeMap<String, CallerKind>,
    ) -> Result<Self, ConfigError> {
        let mut table = Table::new(entry)?;
        let bucket = rules::bucket(&mut table, buckets)?;
        let access = Access::parse(&mut table, callers)?;
        let key = rules::key(&mut table, key_template::DOWNLOAD, &access)?;
        let expires = rules::expires(&mut table, EXPIRES, MAX_EXPIRES)?;
        table.finish()?;
        Ok(Self { bucket, access, key, expires })
    }

    /// Who may ask.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }

    /// Decides on the object at `path`, which is what follows the rule's name, percent-decoded.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidArgument`] if `path` is none for this rule, [`Denial::InvalidKey`] if it makes no key.
    pub fn grant(
        &self,
        caller: &Caller,
        path: &str,
        moment: Moment,
    ) -> Result<DownloadGrant, Denial> {
        let invalid = |why: &str| Denial::InvalidArgument { name: "path", why: why.into() };
        if self.key.uses(Placeholder::Path) == path.is_empty() {
            return Err(invalid(if path.is_empty() {
                "is missing after the rule's name"
            } else {
                "must be empty"
            }));
        }
        let empty_segment = || path.split('/').any(str::is_empty);
        if !path.is_empty() && (empty_segment() || path.contains('\\')) {
            return Err(invalid("must have segments between single slashes"));
        }
        let values = Values { caller, moment, media_type: None, filename: None, path };
        Ok(DownloadGrant {
            bucket: Arc::clone(&self.bucket),
            key: self.key.find(&values)?,
            lifetime: caller.lifetime(self.expires, moment.now)?,
        })
    }
}

/// Permission to read one object for a while; only [`DownloadRule::grant`] makes one.
#[derive(Debug)]
#[must_use = "a grant does nothing until it is signed"]
pub struct DownloadGrant {
    bucket: Arc<BucketEntry>,
    key: ObjectKey,
    lifetime: Lifetime,
}

impl DownloadGrant {
    /// The key of the object.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.as_str()
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
        let signer = Signer::new(credentials, self.bucket.bucket.region(), now);
        Presign::new(method, &self.bucket.bucket, &self.key, self.lifetime.expires).sign(&signer)
    }
}
