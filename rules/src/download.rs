//! An entry of `DOWNLOADS`, and what it grants.

use alloc::sync::Arc;
use litemap::LiteMap;
use signer::{Credentials, Expires, Method, ObjectKey, Presign, PresignedUrl, UnixTime};

use crate::attachment::Attachment;
use crate::bucket::BucketEntry;
use crate::caller_kind::CallerKind;
use crate::file_name::FileName;
use crate::key_template::{self, KeyTemplate, Placeholder, Values};
use crate::lifetime::{EndsWith, Lifetime};
use crate::table::{Entry, Table};
use crate::window::Window;
use crate::{Access, Caller, ConfigError, Denial, Moment, Secrets};
use crate::{quantity, rules};

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
    window: Option<Window>,
    disposition: Disposition,
}

/// What a browser does with an object.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Disposition {
    /// What the object itself says: mostly, it shows what it can.
    Stored,
    /// Saves it.
    Attachment,
}

impl DownloadRule {
    pub(crate) fn parse(
        entry: &Entry<'_>,
        buckets: &LiteMap<String, Arc<BucketEntry>>,
        callers: &LiteMap<String, CallerKind>,
    ) -> Result<Self, ConfigError> {
        let mut table = Table::new(entry)?;
        let bucket = rules::bucket(&mut table, buckets)?;
        let access = Access::parse(&mut table, callers)?;
        let key = rules::key(&mut table, key_template::DOWNLOAD, &access)?;
        let expires = rules::expires(&mut table, EXPIRES, MAX_EXPIRES)?;
        let window = table.optional("window").map(|entry| window(&entry, expires)).transpose()?;
        let attachment = table.switch("attachment")?;
        let disposition = if attachment { Disposition::Attachment } else { Disposition::Stored };
        table.finish()?;
        Ok(Self { bucket, access, key, expires, window, disposition })
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
        let grant = DownloadGrant {
            bucket: Arc::clone(&self.bucket),
            key: self.key.find(&values)?,
            lifetime: caller.lifetime(self.expires, moment.now)?,
            window: self.window,
            attachment: None,
        };
        match self.disposition {
            Disposition::Stored => Ok(grant),
            Disposition::Attachment => grant.saved_as(""),
        }
    }
}

/// The `window` of a rule.
fn window(entry: &Entry<'_>, expires: Expires) -> Result<Window, ConfigError> {
    const EXPECTED: &str = r#"a length of time such as "2 min", at most half of `expires`"#;
    let length = entry.parsed(EXPECTED, |text| quantity::expires(text, expires.as_secs() / 2))?;
    Ok(Window::new(length))
}

/// Permission to read one object for a while; only [`DownloadRule::grant`] makes one.
#[derive(Debug)]
#[must_use = "a grant does nothing until it is signed"]
pub struct DownloadGrant {
    bucket: Arc<BucketEntry>,
    key: ObjectKey,
    lifetime: Lifetime,
    window: Option<Window>,
    attachment: Option<Attachment>,
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
