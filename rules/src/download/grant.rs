//! Permission to read one object, and how it is signed.

use alloc::sync::Arc;

use litemap::LiteMap;
use signer::{Bucket, Method, ObjectKey, Presign, PresignedUrl, UnixTime};

use crate::bucket::entry::BucketEntry;
use crate::denial::Denial;
use crate::download::header_source::{self, HeaderSource};
use crate::download::rule::Disposition;
use crate::download::saved_name;
use crate::download::serve::Serve;
use crate::download::served_object::ActiveContent;
use crate::download::window::Window;
use crate::lifetime::Lifetime;
use crate::secret::Secrets;
use crate::signing::{GrantSigner, Signed};

const NO_URL: &str = "is required, since the links of this rule lead to Signpost itself";

/// Permission to read one object for a while; only [`crate::DownloadRule::grant`] makes one.
#[derive(Debug)]
#[must_use = "a grant does nothing until it is signed"]
pub struct DownloadGrant {
    pub(crate) bucket: Arc<BucketEntry>,
    pub(crate) place: Place,
    /// The rule's name, if a link to the Worker has it.
    pub(crate) rule: Option<String>,
    pub(crate) active_content: ActiveContent,
    pub(crate) key: ObjectKey,
    pub(crate) lifetime: Lifetime,
    pub(crate) window: Option<Window>,
    pub(crate) header_source: HeaderSource,
    /// The values of headers that S3 sends instead of the object's own, by query parameter.
    pub(crate) overrides: LiteMap<&'static str, String>,
    pub(crate) disposition: Disposition,
}

/// Where a link leads.
#[derive(Debug)]
pub(crate) enum Place {
    /// To the bucket.
    Bucket,
    /// To the Worker, whose URL is not known.
    Nowhere,
    /// To the Worker, as if it were the bucket's server.
    Worker(Bucket),
}

impl Place {
    /// Returns the place for a rule, before the URL of the Worker is known.
    pub(crate) const fn of(serve: Serve) -> Self {
        match serve {
            Serve::Redirect | Serve::Direct => Self::Bucket,
            Serve::Worker => Self::Nowhere,
        }
    }
}

/// The parameter of a link to the Worker that lets browsers show a file that can carry scripts, and its only value.
pub const ACTIVE_CONTENT: (&str, &str) = ("signpost-active-content", "shown");

/// The parameter of a link to the Worker that names its rule, if the rule restricts from where the link can be used, or how long
/// its objects may be cached.
pub const RULE: &str = "signpost-rule";

/// A link to an object.
#[derive(Debug)]
pub struct SignedLink {
    /// The URL.
    pub url: PresignedUrl,
    /// How long requests still get the same URL, in seconds, if the rule has a window.
    ///
    /// After that, the URL remains valid for at least as long again, since a window is at most half of `expires`.
    pub max_age: Option<u64>,
}

impl DownloadGrant {
    /// Makes browsers save the object under a name, or under the last segment of its key if `name` is empty.
    ///
    /// The key's extension is appended to a name that lacks it.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidArgument`] if a file cannot have this name. If the key has no extension: also if the name's extension is
    /// unknown, or that of a type that can carry scripts.
    pub fn saved_as(mut self, name: &str) -> Result<Self, Denial> {
        let disposition = saved_name::disposition(name, &self.key)?;
        self.overrides.insert(header_source::DISPOSITION, disposition);
        Ok(self)
    }

    /// Sets the URL at which browsers reach the Worker, such as `https://files.example.com`. Only a rule whose links lead to the
    /// Worker uses it.
    pub fn at(mut self, worker: &str) -> Self {
        if matches!(self.place, Place::Nowhere) {
            self.place = self.bucket.at_worker(worker).map_or(Place::Nowhere, Place::Worker);
        }
        self
    }

    /// Signs a GET of the object.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`] and the like if the environment has no valid credentials. [`Denial::InvalidArgument`] if the link
    /// leads to the Worker, whose URL is not known.
    pub fn sign_get(&self, secrets: &Secrets, now: UnixTime) -> Result<Signed<SignedLink>, Denial> {
        self.sign(Method::Get, secrets, now)
    }

    /// Signs a HEAD of the object; a signature is valid for one method only.
    ///
    /// # Errors
    ///
    /// As [`DownloadGrant::sign_get`].
    pub fn sign_head(
        &self,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<Signed<SignedLink>, Denial> {
        self.sign(Method::Head, secrets, now)
    }

    fn sign(
        &self,
        method: Method,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<Signed<SignedLink>, Denial> {
        let signer = GrantSigner::new(Arc::clone(&self.bucket), self.lifetime, secrets, now)?;
        // A link that ends early has another lifetime each second, so it cannot stay the same.
        let window = self.window.filter(|_| signer.ends_with().is_none());
        let signer = signer.at(window.map_or(now, |window| window.start(now)));
        let bucket = match &self.place {
            Place::Bucket => signer.bucket(),
            Place::Worker(bucket) => bucket,
            Place::Nowhere => {
                return Err(Denial::InvalidArgument { name: "url", why: NO_URL.into() });
            }
        };
        let mut link = Presign::new(method, bucket, &self.key, signer.expires());
        let cache = self.header_source.cache_control(window, signer.expires());
        let cache = cache.as_ref().map(|(parameter, value)| (parameter, value));
        let overrides = self.overrides.iter().chain(cache);
        let mut parameters: Vec<(&str, &str)> =
            overrides.map(|(parameter, value)| (*parameter, value.as_str())).collect();
        if self.active_content == ActiveContent::Shown {
            parameters.push(ACTIVE_CONTENT);
        }
        if let Some(rule) = &self.rule {
            parameters.push((RULE, rule));
        }
        for (parameter, value) in parameters {
            link = link.query(parameter, value).expect("no parameter of a signature");
        }
        let url = match self.disposition {
            Disposition::Shown => signer.sign_restricted_url(method.into(), &self.key, &link),
            // With credentials in it, the link could be changed into one that shows the object.
            Disposition::Attachment => signer.sign_url(&link),
        };
        let max_age = window.map(|window| window.left(now));
        Ok(signer.signed(self.key.as_str(), SignedLink { url, max_age }))
    }
}
