//! An object that an upload has stored: what receipts and events say about it.

use core::fmt;

use signer::UnixTime;

/// An object that an upload by a rule has stored, as the bucket itself reports it.
#[derive(Clone, Eq, PartialEq)]
pub struct StoredObject {
    /// Identifies the upload: the same whenever its end is learnt again, so that nobody counts it twice.
    pub id: String,
    /// `uploads/avatar`
    pub rule: String,
    /// The entry of `CALLERS` that the upload was granted to.
    pub caller: String,
    /// The caller among those of that entry; `None` for callers without a name.
    pub subject: Option<String>,
    /// The bucket's name in `BUCKETS`.
    pub bucket: String,
    /// The object's key.
    pub key: String,
    /// In bytes.
    pub size: u64,
    /// The media type.
    pub media_type: String,
    /// As the bucket writes it, with its quotes.
    pub etag: String,
    /// The checksum that was granted, such as `sha256-<base64>`, if the bucket reported the same one.
    pub checksum: Option<String>,
    /// When the bucket stored it, by the Worker's clock.
    pub stored_at: UnixTime,
    /// When the bucket stored it, by the bucket's own clock, which tells the same whoever asks; `None` if it was not asked.
    pub modified_at: Option<UnixTime>,
}

/// Omits the key, as log records do.
impl fmt::Debug for StoredObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredObject").field("rule", &self.rule).finish_non_exhaustive()
    }
}
