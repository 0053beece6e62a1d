//! Why a form is not taken.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>

use core::error::Error;
use core::fmt;

use signer::Refusal;

use crate::response::Response;
use crate::xml;

/// Why a form is not taken. Holds no token, no signature and no secret.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// No bucket that takes forms here has this name.
    NoBucket,
    /// Another method than POST.
    Method,
    /// No rule of the bucket has the page's origin.
    Origin,
    /// The owner has not set everything up.
    NotConfigured,
    /// The body is no `multipart/form-data`.
    NotMultipart,
    /// The body is not written as a form has to be.
    Malformed(&'static str),
    /// The request does not say how long it is.
    LengthMissing,
    /// The body is shorter than the request says.
    Incomplete,
    /// The file does not begin within the first 20 KB.
    HeadTooLong,
    /// The form has no file.
    NoFile,
    /// Policy or signature do not hold.
    Refused(Refusal),
    /// A field's value is not what it must be.
    InvalidField {
        /// Its name.
        field: &'static str,
        /// What its value must be.
        expected: &'static str,
    },
    /// A digest is not the base64 of as many bytes as it must have.
    InvalidDigest {
        /// Its field.
        field: &'static str,
    },
    /// The form has several checksums of the same file, where S3 takes one.
    SeveralChecksums,
    /// The file does not have the digest that the form says.
    BadDigest {
        /// The digest's field.
        field: &'static str,
    },
    /// Names and values of the metadata take more than S3 stores.
    MetadataTooLarge {
        /// The limit, in bytes.
        max: usize,
    },
    /// R2 has no access control lists.
    Acl,
    /// R2 has no such storage class.
    StorageClass,
    /// A field asks for something that R2 does not have.
    NotImplemented {
        /// Its name.
        field: String,
    },
    /// There is an object already, and the form must not take its place.
    Exists,
    /// R2 did not store the file.
    Store,
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Fault {
    /// S3's error code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoBucket => "NoSuchBucket",
            Self::Method => "MethodNotAllowed",
            Self::Origin => "AccessForbidden",
            Self::NotMultipart | Self::Exists => "PreconditionFailed",
            Self::Malformed(_) => "MalformedPOSTRequest",
            Self::LengthMissing => "MissingContentLength",
            Self::Incomplete => "IncompleteBody",
            Self::HeadTooLong => "MaxPostPreDataLengthExceededError",
            Self::NoFile | Self::InvalidField { .. } => "InvalidArgument",
            Self::Refused(refusal) => refusal.code(),
            Self::InvalidDigest { field } if matches!(field.as_bytes(), b"content-md5") => {
                "InvalidDigest"
            }
            Self::InvalidDigest { .. } | Self::SeveralChecksums => "InvalidRequest",
            Self::BadDigest { .. } => "BadDigest",
            Self::MetadataTooLarge { .. } => "MetadataTooLarge",
            Self::Acl => "AccessControlListNotSupported",
            Self::StorageClass => "InvalidStorageClass",
            Self::NotImplemented { .. } => "NotImplemented",
            Self::NotConfigured | Self::Store => "ServiceUnavailable",
        }
    }

    /// The status that S3 gives to the code.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self.code() {
            "AccessDenied"
            | "AccessForbidden"
            | "InvalidAccessKeyId"
            | "RequestTimeTooSkewed"
            | "SignatureDoesNotMatch" => 403,
            "NoSuchBucket" => 404,
            "MethodNotAllowed" => 405,
            "MissingContentLength" => 411,
            "PreconditionFailed" => 412,
            "NotImplemented" => 501,
            "ServiceUnavailable" => 503,
            _ => 400,
        }
    }

    /// S3's answer.
    #[must_use]
    pub fn into_response(self) -> Response {
        Response { status: self.status(), headers: Vec::new(), body: xml::error(&self) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBucket => f.write_str("no bucket takes forms here"),
            Self::Method => f.write_str("only a form's POST is answered here"),
            Self::Origin => f.write_str("this origin is not among those of the bucket's rules"),
            Self::NotConfigured => {
                f.write_str("the bucket is not configured: /healthz says what is missing")
            }
            Self::NotMultipart => {
                f.write_str("Bucket POST must be of the enclosure-type multipart/form-data")
            }
            Self::Malformed(why) => {
                write!(f, "the body is not well-formed multipart/form-data: {why}")
            }
            Self::LengthMissing => f.write_str("the request must have a `Content-Length`"),
            Self::Incomplete => f.write_str("the body is shorter than its `Content-Length`"),
            Self::HeadTooLong => {
                write!(f, "the fields before the file take more than {} bytes", crate::MAX_HEAD)
            }
            Self::NoFile => f.write_str("POST requires exactly one file upload per request"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::InvalidField { field, expected } => write!(f, "{field}: expected {expected}"),
            Self::InvalidDigest { field } => write!(f, "{field}: expected the base64 of a digest"),
            Self::SeveralChecksums => f.write_str("expected one x-amz-checksum field, found more"),
            Self::BadDigest { field } => {
                write!(f, "the file does not have the digest that {field} says")
            }
            Self::MetadataTooLarge { max } => write!(f, "the metadata takes more than {max} bytes"),
            Self::Acl => f.write_str("the bucket has no access control lists"),
            Self::StorageClass => f.write_str("expected STANDARD or STANDARD_IA"),
            Self::NotImplemented { field } => write!(f, "{field} implies what is not implemented"),
            Self::Exists => f.write_str("there is an object with this key already"),
            Self::Store => f.write_str("the file could not be stored, try again"),
        }
    }
}

impl Error for Fault {}
