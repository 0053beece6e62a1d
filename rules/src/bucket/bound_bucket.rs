//! R2 buckets that are bound to the Worker, which takes their forms itself.

use core::fmt;

use signer::{Bucket, Credentials, UnixTime};

use crate::bucket::binding_name::BindingName;
use crate::bucket::entry::BucketEntry;
use crate::{Origin, Rules, Secrets};

/// A bucket whose forms the Worker itself takes.
#[derive(Clone, Copy)]
pub struct BoundBucket<'a> {
    entry: &'a BucketEntry,
    binding: &'a BindingName,
    rules: &'a Rules,
}

impl<'a> BoundBucket<'a> {
    /// The bucket that `BUCKETS` calls `name`, if some rule uploads to it and it is bound.
    pub(crate) fn find(rules: &'a Rules, name: &str) -> Option<Self> {
        let mut entries = rules.uploads().map(|(_, rule)| &*rule.bucket);
        let entry = entries.find(|entry| entry.name == name)?;
        Some(Self { entry, binding: entry.binding.as_ref()?, rules })
    }

    /// The bucket, as signatures name it.
    #[must_use]
    pub const fn bucket(&self) -> &'a Bucket {
        &self.entry.bucket
    }

    /// The bucket, as the environment names it.
    #[must_use]
    pub const fn binding(&self) -> &'a BindingName {
        self.binding
    }

    /// The bucket, as `BUCKETS` names it.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.entry.name
    }

    /// The credentials that its forms may be signed with: of two while keys are rotated, else one, or none if the
    /// environment lacks them.
    #[must_use]
    pub fn credentials(&self, secrets: &Secrets, now: UnixTime) -> Vec<Credentials> {
        self.entry.keys.all(secrets, now)
    }

    /// The origin to answer to, if the request names one that some rule of the bucket has.
    ///
    /// A form does not say which rule it comes from, so all that upload to the bucket count; what a form may do, its
    /// policy says.
    #[must_use]
    pub fn origin(&self, asked: Option<&str>) -> Option<&'a Origin> {
        let of_bucket = self
            .rules
            .uploads()
            .map(|(_, rule)| rule)
            .filter(|rule| rule.bucket.name == self.entry.name);
        let mut origins = of_bucket.flat_map(|rule| rule.access().origins());
        origins.find(|origin| Some(origin.as_str()) == asked)
    }
}

impl fmt::Debug for BoundBucket<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundBucket").field("binding", self.binding).finish_non_exhaustive()
    }
}
