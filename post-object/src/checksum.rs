//! Checksums of the file, as a form names them.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>

use core::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use crc::{Crc, Table};
use serde::Serialize;

use crate::fault::Fault;

/// CRC tables for one byte at a time; those for sixteen would add 64 KB to the Worker.
type Tables = Table<1>;

/// The algorithm of a checksum.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// `Content-MD5`
    Md5,
    /// `x-amz-checksum-crc32`
    Crc32,
    /// `x-amz-checksum-crc32c`
    Crc32c,
    /// `x-amz-checksum-crc64nvme`
    Crc64Nvme,
    /// `x-amz-checksum-sha1`
    Sha1,
    /// `x-amz-checksum-sha256`
    Sha256,
}

/// Form fields, their algorithms, and the lengths of the digests, in bytes.
const FIELDS: [(&str, Algorithm, usize); 6] = [
    ("content-md5", Algorithm::Md5, 16),
    ("x-amz-checksum-crc32", Algorithm::Crc32, 4),
    ("x-amz-checksum-crc32c", Algorithm::Crc32c, 4),
    ("x-amz-checksum-crc64nvme", Algorithm::Crc64Nvme, 8),
    ("x-amz-checksum-sha1", Algorithm::Sha1, 20),
    ("x-amz-checksum-sha256", Algorithm::Sha256, 32),
];

static CRC32: Crc<u32, Tables> = Crc::<u32, Tables>::new(&crc::CRC_32_ISO_HDLC);
static CRC32C: Crc<u32, Tables> = Crc::<u32, Tables>::new(&crc::CRC_32_ISCSI);
static CRC64NVME: Crc<u64, Tables> = Crc::<u64, Tables>::new(&crc::CRC_64_NVME);

fn crc32(algorithm: &Crc<u32, Tables>, before: u64, bytes: &[u8]) -> u64 {
    let before = u32::try_from(before).unwrap_or_default();
    let mut digest =
        algorithm.digest_with_initial((before ^ algorithm.algorithm.xorout).reverse_bits());
    digest.update(bytes);
    digest.finalize().into()
}

/// A checksum that the file must match.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Checksum {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The digest, in the length of the algorithm.
    pub digest: Vec<u8>,
}

impl Checksum {
    /// Parses a field; returns `None` if it is not the field of a checksum.
    ///
    /// # Errors
    ///
    /// [`Fault::InvalidDigest`] if the value is not the base64 of a digest of the right length.
    pub fn read(field: &str, value: &str) -> Result<Option<Self>, Fault> {
        let Some((field, algorithm, len)) = FIELDS.into_iter().find(|(name, ..)| *name == field)
        else {
            return Ok(None);
        };
        let digest = BASE64_STANDARD.decode(value).ok().filter(|digest| digest.len() == len);
        let digest = digest.ok_or(Fault::InvalidDigest { field })?;
        Ok(Some(Self { algorithm, digest }))
    }

    /// Returns whether S3 stores it, and accepts only one such: `Content-MD5` is checked and forgotten.
    pub(crate) fn is_s3s(&self) -> bool {
        self.algorithm.field().starts_with("x-amz-")
    }

    /// Returns the digest in hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> impl fmt::Display {
        fmt::from_fn(|f| self.digest.iter().try_for_each(|byte| write!(f, "{byte:02x}")))
    }
}

impl Algorithm {
    /// Finds an algorithm by name: `md5`, `crc32`, `crc32c`, `crc64nvme`, `sha1` or `sha256`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let field = |(field, algorithm, _): (&str, Self, _)| {
            (field.rsplit('-').next() == Some(name)).then_some(algorithm)
        };
        FIELDS.into_iter().find_map(field)
    }

    /// Continues a CRC: `before` is the CRC of the bytes so far, 0 at the beginning. `None` for other algorithms.
    #[must_use]
    pub fn crc(self, before: u64, bytes: &[u8]) -> Option<u64> {
        match self {
            Self::Crc32 => Some(crc32(&CRC32, before, bytes)),
            Self::Crc32c => Some(crc32(&CRC32C, before, bytes)),
            Self::Crc64Nvme => {
                let before = (before ^ CRC64NVME.algorithm.xorout).reverse_bits();
                let mut digest = CRC64NVME.digest_with_initial(before);
                digest.update(bytes);
                Some(digest.finalize())
            }
            Self::Md5 | Self::Sha1 | Self::Sha256 => None,
        }
    }

    /// Returns the form field of this algorithm.
    #[must_use]
    pub fn field(self) -> &'static str {
        FIELDS.iter().find(|(_, algorithm, _)| *algorithm == self).map_or("", |(field, ..)| field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the catalogue's check values, of `123456789`: <https://reveng.sourceforge.io/crc-catalogue/all.htm>
    #[test]
    fn computes_the_catalogues_checksums_in_any_two_pieces() {
        for (algorithm, check) in [
            (Algorithm::Crc32, 0xcbf4_3926),
            (Algorithm::Crc32c, 0xe306_9283),
            (Algorithm::Crc64Nvme, 0xae8b_1486_0a79_9888),
        ] {
            for at in 0..=9 {
                let (first, rest) = b"123456789".split_at(at);
                let before = algorithm.crc(0, first).unwrap();
                assert_eq!(algorithm.crc(before, rest), Some(check), "{algorithm:?} at {at}");
            }
        }
        assert_eq!(Algorithm::Sha256.crc(0, b""), None);
    }

    #[test]
    fn reads_base64_of_the_right_length() {
        assert_eq!(Checksum::read("content-type", "AAAAAA=="), Ok(None));
        let read = Checksum::read("x-amz-checksum-crc32", "AAAAAA==");
        assert_eq!(read, Ok(Some(Checksum { algorithm: Algorithm::Crc32, digest: vec![0; 4] })));
        for (field, value) in [
            ("content-md5", "AAAAAA=="),
            ("content-md5", ""),
            ("x-amz-checksum-crc32c", "AAAAAA"),
            ("x-amz-checksum-sha1", "?"),
        ] {
            assert_eq!(
                Checksum::read(field, value),
                Err(Fault::InvalidDigest { field }),
                "{field} {value}"
            );
        }
    }

    #[test]
    fn names_every_algorithm() {
        for (_, algorithm, _) in FIELDS {
            let name = algorithm.field().rsplit('-').next().unwrap();
            assert_eq!(Algorithm::named(name), Some(algorithm));
        }
        assert_eq!(Algorithm::named("stored"), None);
    }
}
