//! The reasons to reject a signed form or request.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>

use alloc::string::String;
use core::fmt;

use crate::object_key::InvalidObjectKey;
use crate::unix_time::UnixTime;

/// Where a part of a signature is expected.
///
/// ```
/// use signer::{Place, Refusal};
///
/// let name = String::from("X-Amz-Date");
/// let refusal = Refusal::Missing { place: Place::Query, name };
/// assert_eq!(refusal.to_string(), "expected query parameter X-Amz-Date, found none");
/// assert_eq!(refusal.code(), "AuthorizationQueryParametersError");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// The fields of an upload form.
    Form,
    /// The query of a presigned URL.
    Query,
    /// The headers of a request.
    Header,
}

/// Why a signed form or request is rejected. Contains no token, no signature and no secret.
///
/// ```
/// use signer::Refusal;
///
/// let refusal = Refusal::TooLarge { max: 5_242_880 };
/// assert_eq!(refusal.code(), "EntityTooLarge");
/// assert_eq!(refusal.to_string(), "expected at most 5242880 bytes");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// A required part is missing.
    Missing {
        /// Where it is expected.
        place: Place,
        /// Its name.
        name: String,
    },
    /// The form has no policy, or no field of a signature. S3 takes it for an anonymous one.
    Unsigned,
    /// The form is signed with Signature Version 2.
    Version2,
    /// A part that must occur once is repeated.
    Repeated {
        /// Where it was found.
        place: Place,
        /// Its name.
        name: String,
    },
    /// A part has the wrong format.
    Malformed {
        /// Where it was found.
        place: Place,
        /// Its name.
        name: String,
        /// The right format.
        expected: &'static str,
    },
    /// The credential names another day, region or service.
    Scope {
        /// Where it was found.
        place: Place,
        /// The right scope.
        expected: String,
    },
    /// The credential names another access key.
    AccessKeyId,
    /// The session token differs from that of the credentials, or only one of the two has a token.
    SessionToken,
    /// The signature's date is more than 15 minutes in the future or, for a signature in headers, in the past.
    Skewed {
        /// Where it was found.
        place: Place,
    },
    /// The signature or the policy has expired.
    Expired {
        /// The instant from which it is rejected.
        at: UnixTime,
    },
    /// The signature does not match the form or request.
    Signature,
    /// The policy is not a policy document.
    Policy {
        /// What is wrong, and where in the document.
        why: String,
    },
    /// The form does not satisfy a condition of its policy.
    Condition {
        /// The condition, as a policy document lists it.
        condition: String,
    },
    /// The form has a field that no condition covers.
    ExtraField {
        /// Its name, in lower case.
        name: String,
    },
    /// The policy has no condition on the bucket, so it would be valid for every bucket.
    AnyBucket,
    /// The request has a header that its signature must cover, but does not.
    UnsignedHeader {
        /// Its name, in lower case.
        name: String,
    },
    /// The key is not a valid object key.
    Key(InvalidObjectKey),
    /// The file has more bytes than the policy allows.
    TooLarge {
        /// Largest allowed size, in bytes.
        max: u64,
    },
    /// The file has fewer bytes than the policy requires.
    TooSmall {
        /// Smallest allowed size, in bytes.
        min: u64,
    },
}

impl Refusal {
    /// The error code of S3 for the same reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { place, .. }
            | Self::Repeated { place, .. }
            | Self::Malformed { place, .. }
            | Self::Scope { place, .. } => match place {
                Place::Form => "InvalidArgument",
                Place::Query => "AuthorizationQueryParametersError",
                Place::Header => "AuthorizationHeaderMalformed",
            },
            Self::AccessKeyId => "InvalidAccessKeyId",
            Self::SessionToken => "InvalidToken",
            Self::Skewed { place: Place::Header } => "RequestTimeTooSkewed",
            Self::Signature => "SignatureDoesNotMatch",
            Self::Version2 => "InvalidRequest",
            Self::Policy { .. } => "InvalidPolicyDocument",
            Self::Unsigned
            | Self::Skewed { .. }
            | Self::Expired { .. }
            | Self::Condition { .. }
            | Self::ExtraField { .. }
            | Self::AnyBucket
            | Self::UnsignedHeader { .. } => "AccessDenied",
            Self::Key(InvalidObjectKey::TooLong) => "KeyTooLongError",
            Self::Key(_) => "InvalidArgument",
            Self::TooLarge { .. } => "EntityTooLarge",
            Self::TooSmall { .. } => "EntityTooSmall",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { place, name } => write!(f, "expected {place} {name}, found none"),
            Self::Version2 => f.write_str("expected Signature Version 4, found Version 2"),
            Self::Unsigned => f.write_str("the form has no policy with a signature"),
            Self::Repeated { place, name } => {
                write!(f, "expected one {place} {name}, found several")
            }
            Self::Malformed { place, name, expected } => {
                write!(f, "{place} {name}: expected {expected}")
            }
            Self::Scope { place, expected } => {
                write!(f, "{place}: expected a credential for {expected}")
            }
            Self::AccessKeyId => f.write_str("unknown access key id"),
            Self::SessionToken => {
                f.write_str("the session token does not belong to the access key")
            }
            Self::Skewed { .. } => {
                f.write_str("the date and the server's clock differ by more than 15 minutes")
            }
            Self::Expired { at } => write!(f, "expired at {at}"),
            Self::Signature => f.write_str("the signature does not match"),
            Self::Policy { why } => write!(f, "invalid policy: {why}"),
            Self::Condition { condition } => write!(f, "policy condition failed: {condition}"),
            Self::ExtraField { name } => write!(f, "extra input field: {name}"),
            Self::AnyBucket => f.write_str("the policy has no condition on the bucket"),
            Self::UnsignedHeader { name } => write!(f, "header {name} is not signed"),
            Self::Key(error) => error.fmt(f),
            Self::TooLarge { max } => write!(f, "expected at most {max} bytes"),
            Self::TooSmall { min } => write!(f, "expected at least {min} bytes"),
        }
    }
}

impl core::error::Error for Refusal {}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "form field",
            Self::Query => "query parameter",
            Self::Header => "header",
        })
    }
}
