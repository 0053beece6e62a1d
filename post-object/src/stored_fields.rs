//! What a form wants stored with its file.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>

use std::time::UNIX_EPOCH;

use signer::VerifiedPost;

use crate::{Checksum, Fault};

/// Most that S3 stores of one object, names and values together, in bytes.
const MAX_METADATA: usize = 2_048;

/// The type of a file whose form names none.
const UNKNOWN_TYPE: &str = "binary/octet-stream";

/// Fields that are about the form itself.
const OF_THE_FORM: [&str; 9] = [
    "x-amz-algorithm",
    "x-amz-checksum-algorithm",
    "x-amz-checksum-type",
    "x-amz-content-sha256",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-signature",
];

/// What is stored with a file, and how.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct StoredFields {
    /// `Content-Type`; S3's `binary/octet-stream` if the form has none.
    pub content_type: String,
    /// `Cache-Control`
    pub cache_control: Option<String>,
    /// `Content-Disposition`
    pub content_disposition: Option<String>,
    /// `Content-Encoding`
    pub content_encoding: Option<String>,
    /// `Content-Language`
    pub content_language: Option<String>,
    /// `Expires`, in milliseconds since 1970-01-01T00:00:00Z.
    pub expires_ms: Option<u64>,
    /// `x-amz-meta-*`, the names without their prefix.
    pub metadata: Vec<(String, String)>,
    /// What the file must hash to.
    pub checksums: Vec<Checksum>,
    /// `x-amz-storage-class`
    pub storage_class: StorageClass,
    /// `If-None-Match`
    pub overwrite: Overwrite,
}

/// R2's classes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum StorageClass {
    /// `STANDARD`
    #[default]
    Standard,
    /// `STANDARD_IA`
    InfrequentAccess,
}

/// What happens to an object that has the key already.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Overwrite {
    /// The file takes its place.
    #[default]
    Allowed,
    /// The file is refused.
    Refused,
}

impl StoredFields {
    /// Reads the fields of a form whose policy covers them all.
    ///
    /// # Errors
    ///
    /// A [`Fault`] for a value that cannot be stored, and for a field of S3's that R2 has nothing for: it is never
    /// dropped in silence.
    pub fn read(form: &VerifiedPost) -> Result<Self, Fault> {
        let mut stored = Self { content_type: UNKNOWN_TYPE.into(), ..Self::default() };
        for (name, value) in form.fields() {
            stored.take(name, value)?;
        }
        let size = |(name, value): &(String, String)| name.len() + value.len();
        if stored.metadata.iter().map(size).sum::<usize>() > MAX_METADATA {
            return Err(Fault::MetadataTooLarge { max: MAX_METADATA });
        }
        let of_s3 = |checksum: &&Checksum| checksum.algorithm.field().starts_with("x-amz-");
        if stored.checksums.iter().filter(of_s3).count() > 1 {
            return Err(Fault::SeveralChecksums);
        }
        Ok(stored)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        if let Some(checksum) = Checksum::read(name, value)? {
            self.checksums.push(checksum);
            return Ok(());
        }
        match name {
            "content-type" => self.content_type = line("Content-Type", value)?,
            "cache-control" => self.cache_control = Some(line("Cache-Control", value)?),
            "content-disposition" => {
                self.content_disposition = Some(line("Content-Disposition", value)?);
            }
            "content-encoding" => self.content_encoding = Some(line("Content-Encoding", value)?),
            "content-language" => self.content_language = Some(line("Content-Language", value)?),
            "expires" => self.expires_ms = Some(date(value)?),
            "if-none-match" => self.overwrite = overwrite(value)?,
            "x-amz-storage-class" => self.storage_class = StorageClass::read(value)?,
            // What a bucket without lists takes, and R2's only way to encrypt.
            "acl" if matches!(value, "private" | "bucket-owner-full-control") => {}
            "acl" => return Err(Fault::Acl),
            "x-amz-server-side-encryption" if value == "AES256" => {}
            _ => match name.strip_prefix("x-amz-meta-") {
                Some(name) => self.metadata.push((name.into(), line("x-amz-meta-*", value)?)),
                None if name == "tagging"
                    || (name.starts_with("x-amz-") && !OF_THE_FORM.contains(&name)) =>
                {
                    return Err(Fault::NotImplemented { field: name.into() });
                }
                None => {}
            },
        }
        Ok(())
    }
}

impl StorageClass {
    fn read(value: &str) -> Result<Self, Fault> {
        match value {
            "STANDARD" => Ok(Self::Standard),
            "STANDARD_IA" => Ok(Self::InfrequentAccess),
            _ => Err(Fault::StorageClass),
        }
    }
}

/// A value that can go into a header one day.
fn line(field: &'static str, value: &str) -> Result<String, Fault> {
    if value.contains(char::is_control) {
        return Err(Fault::InvalidField { field, expected: "no control characters" });
    }
    Ok(value.trim_ascii().into())
}

/// Reads a date as HTTP writes it, for it becomes a header; RFC 9110, section 5.6.7.
fn date(value: &str) -> Result<u64, Fault> {
    let expected = "a date such as Thu, 01 Dec 1994 16:00:00 GMT";
    let date = httpdate::parse_http_date(value).ok();
    let since = date.and_then(|date| date.duration_since(UNIX_EPOCH).ok());
    let since = since.ok_or(Fault::InvalidField { field: "Expires", expected })?;
    Ok(since.as_secs().saturating_mul(1_000))
}

fn overwrite(value: &str) -> Result<Overwrite, Fault> {
    // S3 compares with no ETag either.
    if value == "*" {
        Ok(Overwrite::Refused)
    } else {
        Err(Fault::NotImplemented { field: "if-none-match".into() })
    }
}
