//! A file to be written into R2, and the answer to its form. JavaScript writes it, so that its bytes never enter wasm.

use post_object::{Boundary, FileLength, FormHead, MAX_TAIL, Upload};
use rules::BoundBucket;
use serde::Serialize;

use super::finish::Continuation;
use super::put_options::{Digest, PutOptions};
use crate::http::answer::Answer;

/// What the shell writes, and what it answers then.
#[derive(Debug)]
pub struct WriteObject {
    plan: Plan,
    continuation: Continuation,
}

/// What to write: `src/js/forms/write_object.mjs` does it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    binding: String,
    key: String,
    options: PutOptions,
    /// Digests that R2 does not check itself.
    digests: Vec<Digest>,
    /// Where in the body the file begins, in bytes.
    file_start: usize,
    /// What ends the file.
    delimiter: String,
    min: u64,
    max: u64,
    /// The file's length, if it is known.
    exact: Option<u64>,
    /// The most that the rest of the body leaves for the file.
    most: u64,
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
        let (min, max) = content_length.into_inner();
        let (exact, most) = match file_length {
            FileLength::Exact(bytes) => (Some(bytes), bytes),
            FileLength::AtMost(bytes) => (None, bytes),
        };
        let plan = Plan {
            binding: bucket.binding().as_str().into(),
            key: key.as_str().into(),
            digests: fields.checksums.iter().map(Digest::of).collect(),
            options: PutOptions::of(fields),
            file_start: head.file_start,
            delimiter: boundary.delimiter(),
            min,
            max,
            exact,
            most,
            max_tail: MAX_TAIL,
        };
        Self { plan, continuation }
    }

    /// The plan as `src/js/forms/write_object.mjs` reads it, in JSON.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it does not")]
    pub fn plan(&self) -> String {
        serde_json::to_string(&self.plan).expect("texts and numbers are JSON")
    }

    /// Answers the form: `outcome` is `stored`, with an `ETag`, or the name of what went wrong.
    #[must_use]
    pub fn finish(self, outcome: &str, etag: &str) -> Answer {
        self.continuation.finish(outcome, etag)
    }
}
