//! The options of R2's `put`: metadata, checksums and conditions.

use post_object::{Algorithm, Checksum, Overwrite, StorageClass, StoredFields};
use serde::Serialize;
use serde_json::{Map, Value};

/// The options of R2's `put`, as `src/js/forms/sinks.mjs` reads them.
///
/// Spec: <https://developers.cloudflare.com/r2/api/workers/workers-api-reference/#r2putoptions>
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutOptions {
    http_metadata: HttpMetadata,
    custom_metadata: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    storage_class: Option<&'static str>,
    /// Whether the write fails if the object exists.
    only_if_absent: bool,
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
    /// In milliseconds since 1970. JavaScript converts it to a `Date`.
    #[serde(skip_serializing_if = "Option::is_none")]
    cache_expiry: Option<u64>,
}

#[derive(Debug, Serialize)]
pub(super) struct Digest {
    algorithm: Algorithm,
    hex: String,
}

impl PutOptions {
    pub(super) fn of(fields: StoredFields) -> Self {
        let hex = |algorithm| {
            let mut checksums = fields.checksums.iter();
            checksums.find(|checksum| checksum.algorithm == algorithm).map(Digest::of)
        };
        // R2 checks only one checksum, and stores it with the object.
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
            only_if_absent: fields.overwrite == Overwrite::Refused,
            md5,
            sha1,
            sha256,
        }
    }
}

impl Digest {
    pub(super) fn of(checksum: &Checksum) -> Self {
        Self { algorithm: checksum.algorithm, hex: checksum.hex().to_string() }
    }
}
