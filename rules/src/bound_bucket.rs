//! Buckets whose uploads the Worker itself receives, through an R2 binding.

use core::fmt;

use litemap::LiteMap;
use signer::{Bucket, Credentials, UnixTime};

use crate::bucket::binding_name::BindingName;
use crate::bucket::entry::BucketEntry;
use crate::callers::context::AuthContext;
use crate::callers::limit::Limit;
use crate::callers::origin::Origin;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::rules::Rules;
use crate::secret::Secrets;
use crate::upload::rule::UploadRule;

/// Most rate limits of one bucket. Each is an effect, and the shell performs only a few for one request.
pub(crate) const MAX_LIMITS: usize = 8;

/// A bucket whose uploads the Worker itself receives.
#[derive(Clone, Copy)]
pub struct BoundBucket<'a> {
    entry: &'a BucketEntry,
    binding: &'a BindingName,
    rules: &'a Rules,
}

impl<'a> BoundBucket<'a> {
    /// Returns the bucket.
    #[must_use]
    pub const fn bucket(&self) -> &'a Bucket {
        &self.entry.bucket
    }

    /// Returns its binding in the Worker's environment.
    #[must_use]
    pub const fn binding(&self) -> &'a BindingName {
        self.binding
    }

    /// Returns its name in `BUCKETS`.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.entry.name
    }

    /// Returns the bucket as presigned URLs of the Worker at `base` name it; `None` if a signature cannot name that URL.
    #[must_use]
    pub fn at_worker(&self, base: &str) -> Option<Bucket> {
        self.entry.at_worker(base)
    }

    /// Returns the credentials that can have signed an upload: one set, two while keys are rotated, or none if the secrets are
    /// not set.
    #[must_use]
    pub fn credentials(&self, secrets: &Secrets, now: UnixTime) -> Vec<Credentials> {
        self.entry.keys.all(secrets, now)
    }

    /// Returns the request's origin if a rule of the bucket allows it.
    ///
    /// An upload does not name its rule, so the origins of all rules that upload to the bucket are allowed. The form's policy or
    /// the signed URL limits what it can do.
    #[must_use]
    pub fn origin(&self, requested: Option<&str>) -> Option<&'a Origin> {
        let mut origins =
            self.rules.uploads_to(&self.entry.name).flat_map(|rule| rule.access().origins());
        origins.find(|origin| Some(origin.as_str()) == requested)
    }
}

impl<'a> BoundBucket<'a> {
    /// Counts a form or a PUT against every limit of the rules that upload to the bucket, for the client's network.
    ///
    /// It names neither its rule nor its caller, so the strictest of the limits applies.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if a request must be counted first, [`Denial::TooManyRequests`], [`Denial::LimitUnavailable`].
    pub fn count_form(&self, context: &AuthContext<'_>) -> Result<(), Blocked<Denial>> {
        let route = format!("forms/{}", self.name());
        self.limits().values().try_for_each(|limit| limit.count(&route, None, context))
    }

    /// Returns the rules that upload to the bucket.
    pub(crate) fn rules_of_uploads(&self) -> impl Iterator<Item = &'a UploadRule> {
        self.rules.uploads_to(self.name())
    }

    /// Returns the limits of the rules that upload to the bucket, by their bindings.
    fn limits(&self) -> LiteMap<&'a str, &'a Limit> {
        let uploads = self.rules.uploads_to(&self.entry.name);
        let limits = uploads.filter_map(|rule| rule.access().limit.as_ref());
        limits.map(|limit| (limit.binding(), limit)).collect()
    }
}

impl Rules {
    /// Finds bound buckets whose rules have more limits than one form can be counted against.
    pub(crate) fn buckets_with_too_many_limits(&self) -> impl Iterator<Item = &str> {
        let bound = self.buckets.keys().filter_map(|name| self.bound_bucket(name));
        bound.filter(|bucket| bucket.limits().len() > MAX_LIMITS).map(|bucket| bucket.name())
    }

    /// Finds the bucket with this name in `BUCKETS`, if a rule uploads to it and the Worker itself receives its uploads.
    #[must_use]
    pub fn bound_bucket(&self, name: &str) -> Option<BoundBucket<'_>> {
        let entry = &self.uploads_to(name).next()?.bucket;
        Some(BoundBucket { entry, binding: entry.binding.as_ref()?, rules: self })
    }

    /// Returns the rules that upload to an entry of `BUCKETS`.
    fn uploads_to(&self, bucket: &str) -> impl Iterator<Item = &UploadRule> {
        self.uploads.values().filter(move |rule| rule.bucket.name == bucket)
    }
}

impl fmt::Debug for BoundBucket<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundBucket").field("binding", self.binding).finish_non_exhaustive()
    }
}
