//! The reasons to reject an upload, with S3's error codes.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>

use core::error::Error;
use core::fmt;

use error_code::ErrorCode;
use maud::html;
use signer::Refusal;

use crate::limits::MAX_HEAD;
use crate::response::Response;
use crate::xml::{document, text};

/// When to send a form again for which there was no memory, in seconds.
const BUSY_SECS: u32 = 5;

/// The header with the hash of the body.
pub(crate) const CONTENT_SHA256: &str = "x-amz-content-sha256";

/// Why an upload is rejected. Holds no token, no signature and no secret.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// No bucket of this name accepts uploads here.
    NoBucket,
    /// The method is not one of this path.
    Method,
    /// The URL has no signature.
    Anonymous,
    /// The URL is for something else than a whole object, such as one part of an upload.
    NotTheObject,
    /// The body is in the framing of signed streams.
    Chunked,
    /// No rule of the bucket allows the page's origin.
    Origin,
    /// The bucket is not configured completely.
    NotConfigured,
    /// The client's network sent too many uploads.
    SlowDown {
        /// How long it must wait, in seconds.
        retry_after: u32,
    },
    /// A rate limit of the bucket's rules cannot be checked.
    LimitUnavailable,
    /// The body is not `multipart/form-data`.
    NotMultipart,
    /// The body is not well-formed.
    Malformed(&'static str),
    /// The request has no `Content-Length`.
    LengthMissing,
    /// The body is shorter than its `Content-Length`.
    Incomplete,
    /// The file does not begin within the first 20 KB.
    HeadTooLong,
    /// The form has no file.
    NoFile,
    /// The policy or the signature is invalid, or a condition fails.
    Refused(Refusal),
    /// A field has an invalid value.
    InvalidField {
        /// The name of the field.
        field: &'static str,
        /// A description of valid values.
        expected: &'static str,
    },
    /// A field of a checksum is not the base64 of a digest of the right length.
    InvalidDigest {
        /// The name of the field.
        field: &'static str,
    },
    /// The form has several checksums, of which S3 accepts one, or names an algorithm without its checksum.
    NotOneChecksum,
    /// The file does not match a checksum of the form.
    BadDigest {
        /// The name of the field.
        field: &'static str,
    },
    /// The metadata is larger than S3 allows.
    MetadataTooLarge {
        /// The limit, in bytes.
        max: usize,
    },
    /// R2 has no access control lists.
    Acl,
    /// R2 does not have the storage class.
    StorageClass,
    /// R2 does not support what a field asks for.
    NotImplemented {
        /// The name of the field.
        field: String,
    },
    /// An object with this key exists, and the form must not overwrite it.
    Exists,
    /// Whoever stores the file rejects the form, for a reason that S3 does not know.
    Denied {
        /// The code.
        code: ErrorCode,
        /// The reason, with what to do.
        why: String,
    },
    /// R2 did not store the file.
    Store,
    /// The forms that are being received take all the memory for forms.
    Busy,
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Fault {
    /// Returns S3's error code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NoBucket => ErrorCode::NoSuchBucket,
            Self::Anonymous => ErrorCode::AccessDenied,
            Self::Method => ErrorCode::MethodNotAllowed,
            Self::Origin => ErrorCode::AccessForbidden,
            Self::NotMultipart | Self::Exists => ErrorCode::PreconditionFailed,
            Self::Malformed(_) => ErrorCode::MalformedPostRequest,
            Self::LengthMissing => ErrorCode::MissingContentLength,
            Self::Incomplete => ErrorCode::IncompleteBody,
            Self::HeadTooLong => ErrorCode::MaxPostPreDataLengthExceededError,
            Self::NoFile | Self::InvalidField { .. } => ErrorCode::InvalidArgument,
            // A test below checks that each of the signer's codes is known here.
            Self::Refused(refusal) => refusal.code().parse().unwrap_or(ErrorCode::AccessDenied),
            Self::InvalidDigest { field: "content-md5" } => ErrorCode::InvalidDigest,
            Self::NotTheObject | Self::InvalidDigest { .. } | Self::NotOneChecksum => {
                ErrorCode::InvalidRequest
            }
            Self::BadDigest { field: CONTENT_SHA256 } => ErrorCode::XAmzContentSha256Mismatch,
            Self::BadDigest { .. } => ErrorCode::BadDigest,
            Self::MetadataTooLarge { .. } => ErrorCode::MetadataTooLarge,
            Self::Acl => ErrorCode::AccessControlListNotSupported,
            Self::StorageClass => ErrorCode::InvalidStorageClass,
            Self::Chunked | Self::NotImplemented { .. } => ErrorCode::NotImplemented,
            Self::Denied { code, .. } => *code,
            Self::Busy | Self::SlowDown { .. } => ErrorCode::SlowDown,
            Self::NotConfigured | Self::LimitUnavailable | Self::Store => {
                ErrorCode::ServiceUnavailable
            }
        }
    }

    /// Makes S3's response.
    #[must_use]
    pub fn into_response(self) -> Response {
        Response {
            status: self.code().s3_status(),
            headers: self.retry_after().into_iter().collect(),
            body: document_of(&self),
        }
    }

    /// Returns the header that says when to send the form again.
    fn retry_after(&self) -> Option<(&'static str, String)> {
        let secs = match self {
            Self::Busy => BUSY_SECS.to_string(),
            Self::SlowDown { retry_after } => retry_after.to_string(),
            _ => return None,
        };
        Some(("retry-after", secs))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBucket => f.write_str("this bucket does not accept uploads here"),
            Self::Method => f.write_str("this method is not allowed here"),
            Self::Anonymous => f.write_str("the URL has no signature"),
            Self::NotTheObject => f.write_str("the URL is not for a whole object"),
            Self::Chunked => f.write_str(
                "the encoding aws-chunked is not supported: send the file itself as the body",
            ),
            Self::Origin => f.write_str("no rule of the bucket allows this origin"),
            Self::NotConfigured => {
                f.write_str("the bucket is not configured; /healthz lists what is missing")
            }
            Self::SlowDown { retry_after } => {
                write!(f, "too many uploads: wait {retry_after} seconds")
            }
            Self::LimitUnavailable => {
                f.write_str("a rate limit of the bucket's rules cannot be checked")
            }
            Self::NotMultipart => {
                f.write_str("Bucket POST must be of the enclosure-type multipart/form-data")
            }
            Self::Malformed(why) => {
                write!(f, "the body is not well-formed multipart/form-data: {why}")
            }
            Self::LengthMissing => f.write_str("the request has no `Content-Length`"),
            Self::Incomplete => f.write_str("the body is shorter than its `Content-Length`"),
            Self::HeadTooLong => {
                write!(f, "the fields before the file are larger than {MAX_HEAD} bytes")
            }
            Self::NoFile => f.write_str("POST requires exactly one file upload per request"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::InvalidField { field, expected } => write!(f, "{field}: expected {expected}"),
            Self::InvalidDigest { field } => write!(f, "{field}: expected the base64 of a digest"),
            Self::NotOneChecksum => f.write_str("expected exactly one x-amz-checksum field"),
            Self::BadDigest { field } => {
                write!(f, "the file does not match {field}")
            }
            Self::MetadataTooLarge { max } => write!(f, "the metadata is larger than {max} bytes"),
            Self::Acl => f.write_str("the bucket has no access control lists"),
            Self::StorageClass => f.write_str("expected STANDARD or STANDARD_IA"),
            Self::NotImplemented { field } => write!(f, "{field} is not supported"),
            Self::Exists => f.write_str("an object with this key exists"),
            Self::Denied { why, .. } => f.write_str(why),
            Self::Store => f.write_str("the file could not be stored; try again"),
            Self::Busy => {
                write!(f, "too many uploads are being received; try again in {BUSY_SECS} s")
            }
        }
    }
}

impl Error for Fault {}

/// Writes S3's error document for a code that is not about a form.
///
/// ```
/// use error_code::ErrorCode;
///
/// let xml = post_object::error_document(ErrorCode::NoSuchKey, "no such object");
/// assert!(xml.ends_with("<Error><Code>NoSuchKey</Code><Message>no such object</Message></Error>"));
/// ```
#[must_use]
pub fn error_document(code: ErrorCode, message: &str) -> String {
    document(&html! { Error { Code { (code.as_str()) } Message { (text(message)) } } })
}

/// Returns the fault as S3 writes an error.
fn document_of(fault: &Fault) -> String {
    document(&html! {
        Error {
            Code { (fault.code().as_str()) }
            Message { (text(&fault.to_string())) }
            @match fault {
                Fault::NotMultipart => Condition { (text(&fault.to_string())) },
                Fault::Exists => Condition { "If-None-Match" },
                Fault::Refused(Refusal::TooLarge { max }) => MaxSizeAllowed { (max) },
                Fault::Refused(Refusal::TooSmall { min }) => MinSizeAllowed { (min) },
                Fault::InvalidField { field, .. } => ArgumentName { (field) },
                Fault::NoFile => ArgumentName { "file" },
                Fault::NotImplemented { field } => Header { (text(field)) },
                _ => {}
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use signer::{InvalidObjectKey, Place, UnixTime};

    use super::*;

    #[test]
    fn each_refusal_keeps_its_code() {
        let name = String::from("x-amz-date");
        let places = [Place::Form, Place::Query, Place::Header];
        let missing = places.map(|place| Refusal::Missing { place, name: name.clone() });
        let skewed = places.map(|place| Refusal::Skewed { place });
        for refusal in missing.into_iter().chain(skewed).chain([
            Refusal::Unsigned,
            Refusal::Version2,
            Refusal::AccessKeyId,
            Refusal::SessionToken,
            Refusal::Expired { at: UnixTime::from_secs(0) },
            Refusal::Signature,
            Refusal::Policy { why: String::new() },
            Refusal::Key(InvalidObjectKey::TooLong),
            Refusal::Key(InvalidObjectKey::Empty),
            Refusal::TooLarge { max: 1 },
            Refusal::TooSmall { min: 1 },
        ]) {
            let code = refusal.code();
            assert_eq!(Fault::Refused(refusal).code().as_str(), code);
        }
    }
}
