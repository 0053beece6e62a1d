//! Buckets whose forms the Worker itself receives, through an R2 binding.

use core::fmt;

use signer::{Bucket, Credentials, UnixTime};

use crate::bucket::binding_name::BindingName;
use crate::bucket::entry::BucketEntry;
use crate::callers::origin::Origin;
use crate::rules::Rules;
use crate::secret::Secrets;
use crate::upload::rule::UploadRule;

/// A bucket whose forms the Worker itself receives.
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

    /// Returns the credentials that can have signed a form: one set, two while keys are rotated, or none if the secrets are
    /// not set.
    #[must_use]
    pub fn credentials(&self, secrets: &Secrets, now: UnixTime) -> Vec<Credentials> {
        self.entry.keys.all(secrets, now)
    }

    /// Returns the request's origin if a rule of the bucket allows it.
    ///
    /// A form does not name its rule, so the origins of all rules that upload to the bucket are allowed. The form's policy
    /// limits what it can do.
    #[must_use]
    pub fn origin(&self, requested: Option<&str>) -> Option<&'a Origin> {
        let mut origins =
            self.rules.uploads_to(&self.entry.name).flat_map(|rule| rule.access().origins());
        origins.find(|origin| Some(origin.as_str()) == requested)
    }
}

impl Rules {
    /// Finds the bucket with this name in `BUCKETS`, if a rule uploads to it and the Worker itself receives its forms.
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
