//! A digest of the file, which S3 then checks.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>

use base64::prelude::{BASE64_STANDARD, Engine as _};
use signer::{FieldName, HeaderName, HeaderValue, InvalidHeader};

use crate::Denial;

/// Algorithms and the lengths of their digests, in bytes.
const ALGORITHMS: [(&str, usize); 5] =
    [("crc32", 4), ("crc32c", 4), ("crc64nvme", 8), ("sha1", 20), ("sha256", 32)];

/// A checksum, ready to be signed.
#[derive(Clone, Debug)]
pub(crate) struct Checksum {
    pub(crate) field: FieldName,
    pub(crate) header: HeaderName,
    pub(crate) value: HeaderValue,
}

impl Checksum {
    /// Reads `sha256-<base64>`, the form that `integrity` has in HTML.
    pub(crate) fn parse(text: &str) -> Result<Self, Denial> {
        let why = "must be an algorithm (crc32, crc32c, crc64nvme, sha1, sha256), `-`, and the digest in base64";
        Self::read(text)
            .ok_or_else(|| Denial::InvalidArgument { name: "checksum", why: why.into() })
    }

    fn read(text: &str) -> Option<Self> {
        let (algorithm, digest) = text.split_once('-')?;
        let (_, len) = ALGORITHMS.iter().find(|(name, _)| *name == algorithm)?;
        (BASE64_STANDARD.decode(digest).ok()?.len() == *len).then_some(())?;
        let name = format!("x-amz-checksum-{algorithm}");
        let read = || -> Result<_, InvalidHeader> {
            Ok((HeaderName::new(&name)?, HeaderValue::new(digest)?))
        };
        let (header, value) = read().ok()?;
        Some(Self { field: FieldName::new(&name).ok()?, header, value })
    }
}
