//! A bound bucket at the Worker's own domain, where presigned URLs name it as those of an S3 server do.

use signer::{Bucket, UrlStyle};

use crate::bucket::entry::BucketEntry;

/// The path below which the Worker is an S3 endpoint, without its slashes: `https://files.example.com/files`.
pub const FILES: &str = "files";

impl BucketEntry {
    /// Returns the bucket as the Worker at `base` names it: `https://files.example.com/files/media`, with the name in `BUCKETS`.
    ///
    /// `None` if `base` is not a URL that a signature can name, such as `https://files.example.com`.
    pub(crate) fn at_worker(&self, base: &str) -> Option<Bucket> {
        let endpoint = format!("{base}/{FILES}");
        Bucket::new(&endpoint, UrlStyle::Path, &self.name, self.bucket.region().clone()).ok()
    }
}
