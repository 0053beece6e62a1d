#![doc = include_str!("../README.md")]
#![no_std]

use strum::{EnumString, IntoStaticStr, VariantArray};

/// An error code; its text is the variant's name.
///
/// ```
/// use error_code::ErrorCode;
///
/// assert_eq!(ErrorCode::SlowDown.as_str(), "SlowDown");
/// assert_eq!("SlowDown".parse(), Ok(ErrorCode::SlowDown));
/// assert_eq!((ErrorCode::SlowDown.status(), ErrorCode::SlowDown.s3_status()), (429, 503));
/// ```
#[derive(Clone, Copy, Debug, EnumString, Eq, IntoStaticStr, PartialEq, VariantArray)]
#[expect(missing_docs, reason = "S3 documents its codes; those of our own have a comment")]
pub enum ErrorCode {
    AccessControlListNotSupported,
    AccessDenied,
    AccessForbidden,
    AuthorizationHeaderMalformed,
    AuthorizationQueryParametersError,
    BadDigest,
    EntityTooLarge,
    EntityTooSmall,
    ExpiredToken,
    IncompleteBody,
    InvalidAccessKeyId,
    InvalidArgument,
    InvalidDigest,
    InvalidPart,
    InvalidPolicyDocument,
    InvalidRange,
    InvalidRequest,
    InvalidStorageClass,
    InvalidToken,
    KeyTooLongError,
    /// Our own: a short link that has been used, revoked, or has expired.
    LinkEnded,
    #[strum(serialize = "MalformedPOSTRequest")]
    MalformedPostRequest,
    #[strum(serialize = "MalformedXML")]
    MalformedXml,
    MaxMessageLengthExceeded,
    MaxPostPreDataLengthExceededError,
    MetadataTooLarge,
    MethodNotAllowed,
    /// Common to AWS services other than S3.
    MissingAuthenticationToken,
    MissingContentLength,
    NoSuchBucket,
    NoSuchKey,
    /// Our own: no short link has the id in the path.
    NoSuchLink,
    /// Our own: no rule has the name in the path.
    NoSuchRule,
    NoSuchUpload,
    NotImplemented,
    OperationAborted,
    PreconditionFailed,
    /// Our own: the upload is not within the caller's quota.
    QuotaExceeded,
    RequestTimeTooSkewed,
    ServiceUnavailable,
    SignatureDoesNotMatch,
    SlowDown,
    /// Our own: more files than one request may name.
    TooManyFiles,
    /// Our own: a caller has as many short links as it may have.
    TooManyLinks,
    /// Our own: a media type that the rule does not have.
    UnsupportedMediaType,
    /// Our own: the object is not what was granted.
    UploadMismatch,
    #[strum(serialize = "XAmzContentSHA256Mismatch")]
    XAmzContentSha256Mismatch,
}

/// An HTTP status and its reason phrase.
type Status = (u16, &'static str);

const BAD_REQUEST: Status = (400, "Bad Request");
const UNAUTHORIZED: Status = (401, "Unauthorized");
const FORBIDDEN: Status = (403, "Forbidden");
const NOT_FOUND: Status = (404, "Not Found");
const METHOD_NOT_ALLOWED: Status = (405, "Method Not Allowed");
const CONFLICT: Status = (409, "Conflict");
const GONE: Status = (410, "Gone");
const LENGTH_REQUIRED: Status = (411, "Length Required");
const PRECONDITION_FAILED: Status = (412, "Precondition Failed");
const CONTENT_TOO_LARGE: Status = (413, "Content Too Large");
const UNSUPPORTED_MEDIA_TYPE: Status = (415, "Unsupported Media Type");
const RANGE_NOT_SATISFIABLE: Status = (416, "Range Not Satisfiable");
const TOO_MANY_REQUESTS: Status = (429, "Too Many Requests");
const NOT_IMPLEMENTED: Status = (501, "Not Implemented");
const SERVICE_UNAVAILABLE: Status = (503, "Service Unavailable");

impl ErrorCode {
    /// Every code, in alphabetical order.
    pub const ALL: &[Self] = <Self as VariantArray>::VARIANTS;

    /// Returns the code's text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Returns the status of Signpost's own answers.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.statuses().0.0
    }

    /// Returns HTTP's reason phrase for that status.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.statuses().0.1
    }

    /// Returns S3's status for the code, for clients that expect S3.
    #[must_use]
    pub const fn s3_status(self) -> u16 {
        self.statuses().1.0
    }

    /// Returns Signpost's status, and S3's.
    const fn statuses(self) -> (Status, Status) {
        match self {
            Self::AccessControlListNotSupported
            | Self::AuthorizationHeaderMalformed
            | Self::AuthorizationQueryParametersError
            | Self::BadDigest
            | Self::EntityTooSmall
            | Self::IncompleteBody
            | Self::InvalidArgument
            | Self::InvalidDigest
            | Self::InvalidPart
            | Self::InvalidPolicyDocument
            | Self::InvalidRequest
            | Self::InvalidStorageClass
            | Self::KeyTooLongError
            | Self::MalformedPostRequest
            | Self::MalformedXml
            | Self::MaxPostPreDataLengthExceededError
            | Self::MetadataTooLarge
            | Self::TooManyFiles
            | Self::XAmzContentSha256Mismatch => (BAD_REQUEST, BAD_REQUEST),
            Self::ExpiredToken | Self::InvalidToken => (UNAUTHORIZED, BAD_REQUEST),
            Self::MissingAuthenticationToken => (UNAUTHORIZED, FORBIDDEN),
            Self::AccessDenied
            | Self::AccessForbidden
            | Self::InvalidAccessKeyId
            | Self::QuotaExceeded
            | Self::RequestTimeTooSkewed
            | Self::SignatureDoesNotMatch => (FORBIDDEN, FORBIDDEN),
            Self::NoSuchBucket
            | Self::NoSuchKey
            | Self::NoSuchLink
            | Self::NoSuchRule
            | Self::NoSuchUpload => (NOT_FOUND, NOT_FOUND),
            Self::OperationAborted | Self::TooManyLinks | Self::UploadMismatch => {
                (CONFLICT, CONFLICT)
            }
            Self::LinkEnded => (GONE, GONE),
            Self::MethodNotAllowed => (METHOD_NOT_ALLOWED, METHOD_NOT_ALLOWED),
            Self::MissingContentLength => (LENGTH_REQUIRED, LENGTH_REQUIRED),
            Self::PreconditionFailed => (PRECONDITION_FAILED, PRECONDITION_FAILED),
            Self::EntityTooLarge | Self::MaxMessageLengthExceeded => {
                (CONTENT_TOO_LARGE, BAD_REQUEST)
            }
            Self::UnsupportedMediaType => (UNSUPPORTED_MEDIA_TYPE, UNSUPPORTED_MEDIA_TYPE),
            Self::InvalidRange => (RANGE_NOT_SATISFIABLE, RANGE_NOT_SATISFIABLE),
            // In S3, the service is at its limit; here, the caller is.
            Self::SlowDown => (TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE),
            Self::NotImplemented => (NOT_IMPLEMENTED, NOT_IMPLEMENTED),
            Self::ServiceUnavailable => (SERVICE_UNAVAILABLE, SERVICE_UNAVAILABLE),
        }
    }
}
