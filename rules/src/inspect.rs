//! What the rules say, for those who set a bucket or a page up: nothing here decides.

use signer::{Bucket, Expires, Region};

use crate::bucket::entry::UploadMethod;
use crate::bucket::overwrite::Overwrite;
use crate::config::quantity;
use crate::{DownloadRule, MediaType, Rules, UploadRule};

impl Rules {
    /// The upload rules with their names, sorted.
    pub fn uploads(&self) -> impl Iterator<Item = (&str, &UploadRule)> {
        self.uploads.iter().map(|(name, rule)| (name.as_str(), rule))
    }

    /// The download rules with their names, sorted.
    pub fn downloads(&self) -> impl Iterator<Item = (&str, &DownloadRule)> {
        self.downloads.iter().map(|(name, rule)| (name.as_str(), rule))
    }

    /// The region that signatures for an entry of `BUCKETS` name, if a rule uses it.
    #[must_use]
    pub fn region(&self, bucket: &str) -> Option<&Region> {
        let mut rules_with_buckets = self.rules_with_buckets().into_iter();
        rules_with_buckets
            .find(|(entry, _)| entry.name == bucket)
            .map(|(entry, _)| entry.bucket.region())
    }
}

impl UploadRule {
    /// Where the files go.
    #[must_use]
    pub fn bucket(&self) -> &Bucket {
        &self.bucket.bucket
    }

    /// Whether a file goes there by a form; by PUT otherwise.
    #[must_use]
    pub fn takes_forms(&self) -> bool {
        self.bucket.upload_method == UploadMethod::Post
    }

    /// Whether the Worker takes the form itself, and puts the file into a bucket of its environment.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        self.bucket.binding.is_some()
    }

    /// Whether a file of known size may go there by PUT: where no forms are taken, and as some uploaders ask.
    #[must_use]
    pub fn takes_puts(&self) -> bool {
        !self.takes_forms() || (self.uploaders && !self.bucket.signature.is_v2())
    }

    /// Whether files may come in parts as well: by PUT, whatever they go by in one piece.
    #[must_use]
    pub const fn takes_parts(&self) -> bool {
        self.multipart
    }

    /// Whether pages' uploaders may ask in their own words.
    #[must_use]
    pub const fn takes_uploaders(&self) -> bool {
        self.uploaders
    }

    /// Whether an upload never takes the place of an object.
    #[must_use]
    pub fn forbids_overwrite(&self) -> bool {
        self.overwrite == Overwrite::Refused
    }

    /// What begins the names of headers with metadata, such as `x-amz-meta-`.
    #[must_use]
    pub fn metadata_prefix(&self) -> &'static str {
        self.bucket.signature.metadata_prefix()
    }

    /// Whether the store looks at checksums of S3's kinds.
    #[must_use]
    pub fn takes_checksums(&self) -> bool {
        !self.bucket.signature.is_google()
    }

    /// How long an answer is good for.
    #[must_use]
    pub const fn expires(&self) -> Expires {
        self.expires
    }
}

impl DownloadRule {
    /// Where the files are.
    #[must_use]
    pub fn bucket(&self) -> &Bucket {
        &self.bucket.bucket
    }

    /// How long a link is good for.
    #[must_use]
    pub const fn expires(&self) -> Expires {
        self.expires
    }
}

impl MediaType {
    /// Whether a browser that opens such a file may run scripts in it.
    #[must_use]
    pub fn can_carry_scripts(&self) -> bool {
        self.is_active()
    }
}

/// Reads a size as a rule writes it, such as `5 MiB`; in bytes.
#[must_use]
pub fn parse_size(text: &str) -> Option<u64> {
    quantity::size(text)
}

/// Reads a length of time as a rule writes it, such as `10 min`.
#[must_use]
pub fn parse_expires(text: &str) -> Option<Expires> {
    quantity::expires(text, Expires::MAX_SECS)
}
