//! What whoever asks knows besides the request.

use signer::{Credentials, UnixTime};

/// What whoever asks knows besides.
#[derive(Clone, Debug)]
pub struct Known<'k> {
    /// The time to judge by, where neither server nor browser noted one.
    pub now: UnixTime,
    /// With these, signatures are computed anew.
    pub credentials: Option<&'k Credentials>,
    /// The bucket's region, if there is one bucket.
    pub region: Option<String>,
    /// The configured buckets.
    pub homes: Vec<Home>,
    /// Media types that may have been signed.
    pub types: Vec<String>,
}

/// Where a bucket is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Home {
    /// The bucket's name.
    pub name: String,
    /// The host of its URLs, with its port unless that goes without saying.
    pub host: String,
    /// Its region.
    pub region: String,
}

impl Known<'_> {
    /// Nothing but the time.
    #[must_use]
    pub const fn at(now: UnixTime) -> Self {
        Self { now, credentials: None, region: None, homes: Vec::new(), types: Vec::new() }
    }
}
