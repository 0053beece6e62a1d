//! The context of a diagnosis: the time, credentials and buckets.

use signer::{Credentials, UnixTime};

use crate::evidence::Evidence;

/// The time, and the credentials and buckets that are known.
#[derive(Clone, Debug)]
pub struct Context {
    /// The time of the request, unless the server or the browser recorded it.
    pub now: UnixTime,
    /// The credentials to compute signatures with.
    pub credentials: Option<Credentials>,
    /// The bucket's region, if there is only one bucket.
    pub region: Option<String>,
    /// The configured buckets.
    pub buckets: Vec<KnownBucket>,
    /// Media types that may have been signed.
    pub types: Vec<String>,
}

/// A configured bucket.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownBucket {
    /// The bucket's name.
    pub name: String,
    /// The host of its URLs, with the port unless it is the scheme's default.
    pub host: String,
    /// Its region.
    pub region: String,
    /// The setting of its region, such as `BUCKETS.media.region (wrangler.toml, line 34)`.
    pub region_setting: String,
    /// The setting of its endpoint; `None` if the endpoint follows from the region.
    pub endpoint_setting: Option<String>,
}

impl Context {
    /// Whether the request is for one of the configured buckets.
    #[must_use]
    pub fn knows_bucket_of(&self, evidence: &Evidence) -> bool {
        let url = evidence.link.as_ref().or(evidence.form.as_ref().map(|form| &form.url));
        url.is_some_and(|url| KnownBucket::of_url(&self.buckets, url).is_some())
    }

    /// A context with only the time.
    #[must_use]
    pub const fn at(now: UnixTime) -> Self {
        Self { now, credentials: None, region: None, buckets: Vec::new(), types: Vec::new() }
    }
}
