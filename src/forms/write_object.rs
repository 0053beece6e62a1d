//! The write of a form's file, or of the body of a PUT, into R2, and the answer to it. JavaScript writes, so that the bytes never enter wasm.

use post_object::{Boundary, FileLength, FormHead, MAX_TAIL, PutObject, Upload};
use rules::{Ambient, BoundBucket, Results};
use serde::Serialize;
use signer::ObjectKey;

use super::finish::Continuation;
use super::put_options::{Digest, PutOptions};
use crate::exchange::Action;
use crate::site::Site;

/// A file for the shell to write, and the answer to send after that.
#[derive(Debug)]
pub struct WriteObject {
    plan: Plan,
    continuation: Continuation,
}

/// The plan of a write, which `src/js/forms/write_object.mjs` carries out.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    binding: String,
    key: String,
    options: PutOptions,
    /// Digests that R2 does not check itself.
    digests: Vec<Digest>,
    /// The offset of the file in the body, in bytes.
    file_start: usize,
    /// The text that ends the file; `None` if the file is the whole body.
    delimiter: Option<String>,
    /// The sizes that are allowed, in bytes.
    min_bytes: u64,
    max_bytes: u64,
    /// The file's size, if it is known, in bytes.
    exact_bytes: Option<u64>,
    /// The largest size that fits into the body, in bytes.
    available_bytes: u64,
    /// Most bytes accepted after the file.
    max_tail: u64,
}

impl WriteObject {
    pub(crate) fn new(
        bucket: &BoundBucket<'_>,
        head: &FormHead,
        boundary: &Boundary,
        upload: Upload,
        continuation: Continuation,
    ) -> Self {
        let Upload { key, fields, content_length, file_length, .. } = upload;
        let (min_bytes, max_bytes) = content_length.into_inner();
        let (exact_bytes, available_bytes) = match file_length {
            FileLength::Exact(bytes) => (Some(bytes), bytes),
            FileLength::AtMost(bytes) => (None, bytes),
        };
        let plan = Plan {
            binding: bucket.binding().as_str().into(),
            key: key.as_str().into(),
            digests: fields.checksums.iter().map(Digest::of).collect(),
            options: PutOptions::of(fields),
            file_start: head.file_start,
            delimiter: Some(boundary.delimiter()),
            min_bytes,
            max_bytes,
            exact_bytes,
            available_bytes,
            max_tail: MAX_TAIL,
        };
        Self { plan, continuation }
    }

    pub(crate) fn of_put(
        bucket: &BoundBucket<'_>,
        key: &ObjectKey,
        put: PutObject,
        continuation: Continuation,
    ) -> Self {
        let PutObject { fields, length, .. } = put;
        let plan = Plan {
            binding: bucket.binding().as_str().into(),
            key: key.as_str().into(),
            digests: fields.checksums.iter().map(Digest::of).collect(),
            options: PutOptions::of(fields),
            file_start: 0,
            delimiter: None,
            min_bytes: length,
            max_bytes: length,
            exact_bytes: Some(length),
            available_bytes: length,
            max_tail: 0,
        };
        Self { plan, continuation }
    }

    /// Returns the plan in JSON, for `src/js/forms/write_object.mjs`.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it never panics")]
    pub fn plan(&self) -> String {
        serde_json::to_string(&self.plan).expect("texts and numbers are JSON")
    }

    /// Returns whether the file counts, so that the write must be ended even if the client disconnects.
    #[must_use]
    pub const fn counts(&self) -> bool {
        self.continuation.counts()
    }

    /// Returns the binding of the bucket and the key of the object.
    #[must_use]
    pub fn place(&self) -> (&str, &str) {
        (&self.plan.binding, &self.plan.key)
    }

    /// Answers once the file is written, or returns the effect to perform first. Then it is called again.
    #[must_use]
    pub fn finish(
        &self,
        written: &Written<'_>,
        site: &Site,
        results: &Results,
        ambient: Ambient,
    ) -> Action {
        self.continuation.finish(written, site, results, ambient)
    }
}

/// The result of a write.
#[derive(Clone, Copy, Debug)]
pub struct Written<'a> {
    /// `stored`, or the name of the failure.
    pub outcome: &'a str,
    /// The `ETag` of the object.
    pub etag: &'a str,
    /// The size of the object, in bytes.
    pub size: u64,
    /// When the bucket stored it, in seconds since 1970, by its own clock; 0 if that is not known.
    pub modified_at: u64,
}
