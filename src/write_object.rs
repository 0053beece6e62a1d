//! A file to be written into R2, and the answer to its form. JavaScript writes it, so that its bytes never enter wasm.

use post_object::{
    Algorithm, Boundary, Checksum, FileLength, FormHead, MAX_TAIL, Overwrite, StorageClass,
    StoredFields, Upload,
};
use rules::BoundBucket;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::http::answer::Answer;
use crate::routes::forms::finish::Continuation;

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

/// The options of R2's `put`.
///
/// Spec: <https://developers.cloudflare.com/r2/api/workers/workers-api-reference/#r2putoptions>
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PutOptions {
    http_metadata: HttpMetadata,
    custom_metadata: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    storage_class: Option<&'static str>,
    /// Whether an existing object stays.
    keep: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    md5: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha1: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpMetadata {
    content_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_control: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_disposition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_encoding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_language: Option<String>,
    /// Milliseconds, of which JavaScript makes a date.
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_expiry: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Digest {
    algorithm: Algorithm,
    hex: String,
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

impl PutOptions {
    fn of(fields: StoredFields) -> Self {
        let hex = |algorithm| {
            let mut checksums = fields.checksums.iter();
            checksums.find(|checksum| checksum.algorithm == algorithm).map(Digest::of)
        };
        // R2 checks one, and stores it with the object.
        let [sha256, sha1, md5] = [Algorithm::Sha256, Algorithm::Sha1, Algorithm::Md5].map(hex);
        let sha1 = sha1.filter(|_| sha256.is_none());
        let md5 = md5.filter(|_| sha256.is_none() && sha1.is_none());
        let [sha256, sha1, md5] = [sha256, sha1, md5].map(|digest| digest.map(|digest| digest.hex));
        let metadata = fields.metadata.into_iter().map(|(name, value)| (name, value.into()));
        Self {
            http_metadata: HttpMetadata {
                content_type: fields.content_type,
                cache_control: fields.cache_control,
                content_disposition: fields.content_disposition,
                content_encoding: fields.content_encoding,
                content_language: fields.content_language,
                cache_expiry: fields.expires_ms,
            },
            custom_metadata: metadata.collect(),
            storage_class: match fields.storage_class {
                StorageClass::Standard => None,
                StorageClass::InfrequentAccess => Some("InfrequentAccess"),
            },
            keep: fields.overwrite == Overwrite::Refused,
            md5,
            sha1,
            sha256,
        }
    }
}

impl Digest {
    fn of(checksum: &Checksum) -> Self {
        Self { algorithm: checksum.algorithm, hex: checksum.hex().to_string() }
    }
}
