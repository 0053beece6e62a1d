//! The headers and metadata that a form stores with its file.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>

use std::time::UNIX_EPOCH;

use signer::VerifiedPost;

use crate::checksum::Checksum;
use crate::fault::Fault;

/// Largest metadata of an object at S3, names and values together, in bytes.
const MAX_METADATA: usize = 2_048;

/// The media type of a file whose form names none.
const UNKNOWN_TYPE: &str = "binary/octet-stream";

/// Fields of the form itself, which are not stored. The last is Signpost's own: it says for whom the form was signed.
const NOT_STORED: [&str; 6] = [
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-signature",
    "x-amz-signpost",
];

/// Fields that name the algorithm of a checksum. S3 requires the checksum then, and ignores them.
const ALGORITHM: [&str; 2] = ["x-amz-checksum-algorithm", "x-amz-sdk-checksum-algorithm"];

/// The headers and metadata to store with a file, and how to store it.
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
    /// Checksums that the file must match.
    pub checksums: Vec<Checksum>,
    /// `x-amz-storage-class`
    pub storage_class: StorageClass,
    /// `If-None-Match`
    pub overwrite: Overwrite,
}

/// The storage classes of R2.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum StorageClass {
    /// `STANDARD`
    #[default]
    Standard,
    /// `STANDARD_IA`
    InfrequentAccess,
}

/// Whether an existing object with the same key is overwritten.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Overwrite {
    /// The file replaces it.
    #[default]
    Allowed,
    /// The file is rejected.
    Refused,
}

impl StoredFields {
    /// Reads the fields of a verified form.
    ///
    /// # Errors
    ///
    /// A [`Fault`] for a value that cannot be stored, and for a field that R2 does not support.
    pub fn read(form: &VerifiedPost) -> Result<Self, Fault> {
        Self::read_fields(&mut form.fields())
    }

    /// Reads fields, or headers under the names of fields, in lower case.
    pub(crate) fn read_fields<'f>(
        fields: &mut dyn Iterator<Item = (&'f str, &'f str)>,
    ) -> Result<Self, Fault> {
        let mut stored = Self { content_type: UNKNOWN_TYPE.into(), ..Self::default() };
        let mut names_algorithm = false;
        for (name, value) in fields {
            names_algorithm |= ALGORITHM.contains(&name);
            stored.read_field(name, value)?;
        }
        let size = |(name, value): &(String, String)| name.len() + value.len();
        if stored.metadata.iter().map(size).sum::<usize>() > MAX_METADATA {
            return Err(Fault::MetadataTooLarge { max: MAX_METADATA });
        }
        let checksums = stored.checksums.iter().filter(|checksum| checksum.is_s3s()).count();
        if checksums > 1 || (checksums == 0 && names_algorithm) {
            return Err(Fault::NotOneChecksum);
        }
        Ok(stored)
    }

    /// Reads one field.
    fn read_field(&mut self, name: &str, value: &str) -> Result<(), Fault> {
        if let Some(checksum) = Checksum::read(name, value)? {
            self.checksums.push(checksum);
            return Ok(());
        }
        match name {
            "content-type" => self.content_type = header_value("Content-Type", value)?,
            "cache-control" => self.cache_control = Some(header_value("Cache-Control", value)?),
            "content-disposition" => {
                self.content_disposition = Some(header_value("Content-Disposition", value)?);
            }
            "content-encoding" => {
                self.content_encoding = Some(header_value("Content-Encoding", value)?);
            }
            "content-language" => {
                self.content_language = Some(header_value("Content-Language", value)?);
            }
            "expires" => self.expires_ms = Some(date(value)?),
            "if-none-match" => self.overwrite = overwrite(value)?,
            "x-amz-storage-class" => self.storage_class = StorageClass::read(value)?,
            // S3 accepts these values in a bucket without access control lists. R2 encrypts every object.
            "acl" if matches!(value, "private" | "bucket-owner-full-control") => {}
            "acl" => return Err(Fault::Acl),
            "x-amz-server-side-encryption" if value == "AES256" => {}
            "x-amz-checksum-type" if value == "FULL_OBJECT" => {}
            _ => match name.strip_prefix("x-amz-meta-") {
                Some(name) => {
                    self.metadata.push((name.into(), header_value("x-amz-meta-*", value)?));
                }
                None if changes_the_object(name) => {
                    return Err(Fault::NotImplemented { field: name.into() });
                }
                None => {}
            },
        }
        Ok(())
    }
}

/// Whether S3 would act on a field that is not known here: a form must not be accepted without it.
fn changes_the_object(name: &str) -> bool {
    name == "tagging"
        || name.starts_with("if-")
        || (name.starts_with("x-amz-") && !NOT_STORED.iter().chain(&ALGORITHM).any(|n| *n == name))
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

/// Checks a value that will be sent as a header.
fn header_value(field: &'static str, value: &str) -> Result<String, Fault> {
    if value.contains(char::is_control) {
        return Err(Fault::InvalidField { field, expected: "no control characters" });
    }
    Ok(value.trim_ascii().into())
}

/// Parses an HTTP date, as in RFC 9110, section 5.6.7, into milliseconds since 1970.
fn date(value: &str) -> Result<u64, Fault> {
    let expected = "a date such as Thu, 01 Dec 1994 16:00:00 GMT";
    let date = httpdate::parse_http_date(value).ok();
    let since = date.and_then(|date| date.duration_since(UNIX_EPOCH).ok());
    let since = since.ok_or(Fault::InvalidField { field: "Expires", expected })?;
    Ok(since.as_secs().saturating_mul(1_000))
}

fn overwrite(value: &str) -> Result<Overwrite, Fault> {
    // S3 supports no ETag here either.
    if value == "*" {
        Ok(Overwrite::Refused)
    } else {
        Err(Fault::NotImplemented { field: "if-none-match".into() })
    }
}
