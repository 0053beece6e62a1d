//! What a request wants, untrusted.

use litemap::LiteMap;
use serde::Deserialize;

use crate::metadata;

/// The body of `POST /uploads/{rule}`, as it came.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UploadAsk {
    /// The file's name, for rules that make it part of the key.
    pub filename: Option<String>,
    /// The file's media type.
    pub r#type: String,
    /// The file's size, in bytes.
    pub size: u64,
    /// Names and values to store with the object.
    #[serde(default, deserialize_with = "metadata::asked")]
    pub metadata: LiteMap<String, String>,
    /// A digest of the file, such as `sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=`.
    pub checksum: Option<String>,
}
