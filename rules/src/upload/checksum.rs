//! Checksums of a file, which S3 checks as it arrives.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>

use signer::HeaderValue;

use crate::Denial;
use crate::upload::attributes::{Attribute, AttributeName};

/// Algorithms and the lengths of their digests, in bytes.
const ALGORITHMS: [(&str, usize); 5] =
    [("crc32", 4), ("crc32c", 4), ("crc64nvme", 8), ("sha1", 20), ("sha256", 32)];

/// Reads `sha256-<base64>`, the syntax of HTML's `integrity`.
pub(crate) fn parse(text: &str) -> Result<Attribute, Denial> {
    let why = "must be an algorithm (crc32, crc32c, crc64nvme, sha1, sha256), `-`, and the digest in base64";
    read(text).ok_or_else(|| Denial::InvalidArgument { name: "checksum", why: why.into() })
}

/// The headers of all checksums, of which an upload has at most one.
pub(crate) fn headers() -> impl Iterator<Item = String> {
    ALGORITHMS.iter().map(|(algorithm, _)| header(algorithm))
}

fn read(text: &str) -> Option<Attribute> {
    let (algorithm, digest) = text.split_once('-')?;
    let (_, len) = ALGORITHMS.iter().find(|(name, _)| *name == algorithm)?;
    is_base64(digest, *len).then_some(())?;
    let name = AttributeName::new(&header(algorithm))?;
    Some(name.with(HeaderValue::new(digest).ok()?))
}

fn header(algorithm: &str) -> String {
    format!("x-amz-checksum-{algorithm}")
}

/// Whether `text` is the base64 of that many bytes. No digest has a length that three divides, so padding is certain.
///
/// Only some bits of the last digit count. The others must be zero, so that a digest has one spelling.
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
    fn accepts_what_a_decoder_accepts_and_nothing_else() {
        for (algorithm, len) in ALGORITHMS {
            let digest = BASE64_STANDARD.encode((0_u8..).take(len).collect::<Vec<_>>());
            let takes = |text: &str| parse(&format!("{algorithm}-{text}")).is_ok();
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
