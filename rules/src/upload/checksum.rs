//! Checksums of a file, which S3 checks as it arrives.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>

use base64::prelude::{BASE64_STANDARD, Engine as _};
use signer::HeaderValue;

use crate::denial::Denial;
use crate::upload::attributes::{Attribute, AttributeName, Attributes};

/// Algorithms and the lengths of their digests, in bytes.
const ALGORITHMS: [(&str, usize); 5] =
    [("crc32", 4), ("crc32c", 4), ("crc64nvme", 8), ("sha1", 20), ("sha256", 32)];

/// Reads `sha256-<base64>`, the syntax of HTML's `integrity`.
pub(crate) fn parse(text: &str) -> Result<Attribute, Denial> {
    let why = "must be an algorithm (crc32, crc32c, crc64nvme, sha1, sha256), `-`, and the digest in base64";
    read(text).ok_or_else(|| Denial::InvalidArgument { name: "checksum", why: why.into() })
}

/// Returns the headers of all checksums. An upload has at most one of them.
pub(crate) fn headers() -> impl Iterator<Item = String> {
    ALGORITHMS.iter().map(|(algorithm, _)| header(algorithm))
}

/// The header that S3 requires with the checksum of an object that is locked.
///
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html>
const ALGORITHM_HEADER: &str = "x-amz-sdk-checksum-algorithm";

pub(crate) const REQUIRED_BY_LOCK: &str =
    "is missing: S3 locks only an object that is sent with a checksum";

/// Returns the header with the algorithm of a checksum, which S3 requires for an object that is locked.
pub(crate) fn algorithm(text: &str) -> Option<Attribute> {
    let (algorithm, _) = text.split_once('-')?;
    let value = HeaderValue::new(&algorithm.to_ascii_uppercase()).ok()?;
    Some(algorithm_name()?.with(value))
}

/// Returns the name of that header.
pub(crate) fn algorithm_name() -> Option<AttributeName> {
    AttributeName::new(ALGORITHM_HEADER)
}

/// Returns the checksum among these attributes, as a client writes it: `sha256-<base64>`.
pub(crate) fn of(attributes: &Attributes) -> Option<String> {
    ALGORITHMS.iter().find_map(|(algorithm, _)| {
        let digest = attributes.value(&header(algorithm))?;
        Some(format!("{algorithm}-{digest}"))
    })
}

/// Returns the algorithms and the headers of all checksums.
pub(crate) fn algorithms() -> impl Iterator<Item = (&'static str, String)> {
    ALGORITHMS.iter().map(|(algorithm, _)| (*algorithm, header(algorithm)))
}

fn read(text: &str) -> Option<Attribute> {
    let (algorithm, digest) = text.split_once('-')?;
    let (_, len) = ALGORITHMS.iter().find(|(name, _)| *name == algorithm)?;
    BASE64_STANDARD.decode(digest).ok().filter(|digest| digest.len() == *len)?;
    let name = AttributeName::new(&header(algorithm))?;
    Some(name.with(HeaderValue::new(digest).ok()?))
}

fn header(algorithm: &str) -> String {
    format!("x-amz-checksum-{algorithm}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_the_base64_of_a_digest_of_the_right_length() {
        for (algorithm, len) in ALGORITHMS {
            let checksum =
                |bytes: usize| format!("{algorithm}-{}", BASE64_STANDARD.encode(vec![0xff; bytes]));
            assert!(parse(&checksum(len)).is_ok(), "{algorithm}");
            for bytes in [0, len - 1, len + 1] {
                assert!(parse(&checksum(bytes)).is_err(), "{algorithm} of {bytes} bytes");
            }
        }
    }

    #[test]
    fn accepts_one_spelling_of_a_digest() {
        assert!(parse("crc32-AAAAAA==").is_ok());
        for bad in [
            "",
            "crc32",
            "crc32-",
            "crc32-AAAAAA",
            "crc32-AAAAAA=",
            "crc32-AAAAAB==",
            "crc32-AAAA_A==",
            "crc32-AAAA A==",
            "CRC32-AAAAAA==",
            "md5-AAAAAA==",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
