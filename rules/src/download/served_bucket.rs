//! Buckets whose objects the Worker itself sends, to holders of links.

use core::fmt;

use signer::{ReceivedRequest, UnixTime, VerifiedUrl};

use crate::bucket::binding_name::BindingName;
use crate::bucket::entry::BucketEntry;
use crate::callers::origin::Origin;
use crate::denial::Denial;
use crate::download::rule::DownloadRule;
use crate::download::serve::Serve;
use crate::rules::Rules;
use crate::secret::Secrets;
use crate::verify::{self, Unverified};

/// A bucket whose objects the Worker itself sends, to holders of links.
#[derive(Clone, Copy)]
pub struct ServedBucket<'a> {
    entry: &'a BucketEntry,
    binding: &'a BindingName,
    rules: &'a Rules,
}

impl<'a> ServedBucket<'a> {
    /// Returns its name in `BUCKETS`, which is also its name in links.
    #[must_use]
    pub fn name(&self) -> &'a str {
        &self.entry.name
    }

    /// Returns its binding in the Worker's environment.
    #[must_use]
    pub const fn binding(&self) -> &'a BindingName {
        self.binding
    }

    /// Returns the request's origin if a rule with such links allows it. A link does not name its rule.
    #[must_use]
    pub fn origin(&self, requested: Option<&str>) -> Option<&'a Origin> {
        let mut origins =
            self.rules.served_from(self.name()).flat_map(|rule| rule.access().origins());
        origins.find(|origin| Some(origin.as_str()) == requested)
    }

    /// Returns the rule of a link that names it.
    ///
    /// # Errors
    ///
    /// [`Denial::NoRule`] if no rule with this name gives out links to the bucket any more.
    pub fn rule(&self, name: &str) -> Result<&'a DownloadRule, Denial> {
        let rule = self.rules.download(name)?;
        let gives_links = rule.serve() == Serve::Worker && rule.bucket.name == self.entry.name;
        gives_links.then_some(rule).ok_or(Denial::NoRule)
    }

    /// Checks a request with a presigned URL that names this bucket.
    ///
    /// # Errors
    ///
    /// [`Unverified`] names the reason.
    pub fn verify(
        &self,
        request: &ReceivedRequest<'_>,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<VerifiedUrl, Unverified> {
        verify::check(self.entry, secrets, now, |verifier| verifier.presigned_url(request))
    }
}

impl Rules {
    /// Returns whether a rule lets a cache keep objects that are read through this binding.
    #[must_use]
    pub fn caches(&self, binding: &str) -> bool {
        self.downloads
            .values()
            .filter(|rule| rule.cache_secs().is_some())
            .any(|rule| rule.bucket.binding.as_ref().is_some_and(|name| name.as_str() == binding))
    }

    /// Finds the bucket with this name in `BUCKETS`, if a rule gives out links to it that the Worker itself answers.
    #[must_use]
    pub fn served_bucket(&self, name: &str) -> Option<ServedBucket<'_>> {
        let entry = &self.served_from(name).next()?.bucket;
        Some(ServedBucket { entry, binding: entry.binding.as_ref()?, rules: self })
    }

    /// Returns the rules whose links lead to an entry of `BUCKETS` through the Worker.
    fn served_from(&self, bucket: &str) -> impl Iterator<Item = &DownloadRule> {
        let rules = self.downloads.values();
        rules.filter(move |rule| rule.serve() == Serve::Worker && rule.bucket.name == bucket)
    }
}

impl fmt::Debug for ServedBucket<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServedBucket").field("binding", self.binding).finish_non_exhaustive()
    }
}
