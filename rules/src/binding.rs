//! Buckets of the Worker's own environment, and what is put into them.

use core::fmt;

use signer::{Bucket, Credentials, UnixTime};

use crate::bucket::BucketEntry;
use crate::{Origin, Rules, Secrets};

/// The name of a binding in the Worker's environment: a JavaScript identifier, at most 64 characters.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct BindingName(String);

impl BindingName {
    pub(crate) fn new(name: &str) -> Option<Self> {
        let spelled = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        (spelled && begins && name.len() <= 64).then(|| Self(name.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binding_has_a_name_that_javascript_takes() {
        for (name, good) in [
            ("MEDIA", true),
            ("_a1", true),
            ("", false),
            ("1A", false),
            ("A-B", false),
            ("A.B", false),
        ] {
            assert_eq!(BindingName::new(name).is_some(), good, "{name}");
        }
        assert_eq!(BindingName::new(&"A".repeat(65)), None);
    }
}
