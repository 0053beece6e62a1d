//! What R2 reports about an object.
//!
//! Spec: <https://developers.cloudflare.com/r2/api/workers/workers-api-reference/#r2object-definition>

use core::fmt;

use signer::UnixTime;

/// The result of one request to the bucket.
#[derive(Clone, Debug)]
pub enum Found {
    /// The object; its bytes too, if they were requested and it is still the requested version.
    Object(Box<StoredObject>),
    /// The bucket has no such object.
    Missing,
    /// The object has no byte in the requested range.
    OutOfRange,
    /// The bucket did not answer.
    Failed,
}

/// What R2 reports about an object. All texts are unchecked.
#[derive(Clone)]
pub struct StoredObject {
    /// In bytes.
    pub size: u64,
    /// With its quotes.
    pub etag: String,
    /// When it was stored, in whole seconds.
    pub modified_at: UnixTime,
    /// The media type.
    pub content_type: Option<String>,
    /// `Content-Disposition`
    pub content_disposition: Option<String>,
    /// `Content-Encoding`
    pub content_encoding: Option<String>,
    /// `Content-Language`
    pub content_language: Option<String>,
    /// `Cache-Control`
    pub cache_control: Option<String>,
    /// `Expires`
    pub expires: Option<UnixTime>,
    /// The object's own metadata: `x-amz-meta-` headers without that prefix.
    pub metadata: Vec<(String, String)>,
    /// Algorithms such as `sha256`, and digests in base64.
    pub checksums: Vec<(&'static str, String)>,
    /// Whether R2 also sends the bytes.
    pub has_bytes: bool,
}

/// Shows the size only.
impl fmt::Debug for StoredObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredObject").field("size", &self.size).finish_non_exhaustive()
    }
}
