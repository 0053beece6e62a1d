//! A digest of the file, which S3 then checks.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>

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
        is_base64(digest, *len).then_some(())?;
        let name = format!("x-amz-checksum-{algorithm}");
        let read = || -> Result<_, InvalidHeader> {
            Ok((HeaderName::new(&name)?, HeaderValue::new(digest)?))
        };
        let (header, value) = read().ok()?;
        Some(Self { field: FieldName::new(&name).ok()?, header, value })
    }
}

/// Whether `text` is the base64 of so many bytes, which three does not divide: no digest has such a length.
///
/// Of the last digit only some bits count. The others are zero, so that one digest has one text.
fn is_base64(text: &str, bytes: usize) -> bool {
    let (padding, last) = if bytes % 3 == 1 { ("==", "AQgw") } else { ("=", "AEIMQUYcgkosw048") };
    let Some(digits) = text.strip_suffix(padding) else { return false };
    text.len() == bytes.div_ceil(3) * 4
        && digits.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
        && digits.ends_with(|digit| last.contains(digit))
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, Engine as _};

    use super::*;

    #[test]
    fn takes_what_a_decoder_takes_and_nothing_else() {
        for (algorithm, len) in ALGORITHMS {
            let digest = BASE64_STANDARD.encode((0_u8..).take(len).collect::<Vec<_>>());
            let takes = |text: &str| Checksum::parse(&format!("{algorithm}-{text}")).is_ok();
            let decodes =
                |text: &str| BASE64_STANDARD.decode(text).is_ok_and(|digest| digest.len() == len);
            assert!(takes(&digest), "{digest}");
            for at in 0..digest.len() {
                let (before, after) = (&digest[..at], &digest[at + 1..]);
                let others = ('\0'..='\u{ff}').map(|other| format!("{before}{other}{after}"));
                let lengths =
                    ["", "=", "A=", "AAAA"].map(|other| format!("{before}{other}{after}"));
                for text in others.chain(lengths).chain([before.to_owned()]) {
                    assert_eq!(takes(&text), decodes(&text), "{text:?}");
                }
            }
        }
    }
}
