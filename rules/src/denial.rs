//! Reasons to refuse a request.

mod display;

use core::error::Error;

use error_code::ErrorCode;
use signer::InvalidObjectKey;

use crate::callers::token_fault::TokenFault;
use crate::callers::tokens::missing_keys::MissingKeys;
use crate::secret_name::SecretName;
use crate::state::Ended;
use crate::state::quota::Left;

/// The reason why a request is refused. The caller or the owner can act on each variant.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Denial {
    /// No rule has that name.
    NoRule,
    /// The page's origin is not among the rule's origins.
    OriginNotAllowed,
    /// A page of another site embeds what only its visitor may read.
    EmbeddedElsewhere,
    /// The client's address is in none of the rule's networks, or unknown.
    NetworkNotAllowed,
    /// The client's country is not among the rule's countries, or unknown.
    CountryNotAllowed,
    /// The rule may not be used at this time.
    OutsideHours,
    /// The rule's time zone is not available.
    HoursUnavailable,
    /// The rule requires a token, and the request has none.
    TokenMissing,
    /// The token belongs to no caller.
    TokenInvalid,
    /// The token is malformed, or made for something else.
    TokenRefused {
        /// What is wrong, for the log.
        fault: TokenFault,
        /// The end of a sentence that begins with "the token". It never contains any part of the token.
        why: &'static str,
    },
    /// The rule does not accept files in parts.
    NoMultipart,
    /// The upload in parts belongs to another rule or caller, or has expired.
    NoSuchUpload,
    /// The rule sends its objects itself, and gives out no links.
    NoLinks,
    /// The rule gives out links, and sends no objects itself.
    LinksOnly,
    /// The bucket has no object with the key of the upload.
    NoSuchKey,
    /// The object with the key of the upload is not what was granted.
    UploadMismatch {
        /// What differs: `size`, `type`, `checksum` or `time`.
        property: &'static str,
        /// Whether the object has been deleted.
        deleted: bool,
    },
    /// No token can be signed with the issuer's key.
    IssuerUnavailable,
    /// A part is missing, repeated or malformed.
    InvalidPart {
        /// The part's number.
        number: u16,
        /// The end of a sentence that begins with the part's number.
        why: &'static str,
    },
    /// The bucket did not answer.
    StoreUnavailable,
    /// The token has expired.
    TokenExpired,
    /// The ticket is valid, but does not permit this request.
    TicketLimit {
        /// The claim that the request does not match.
        name: &'static str,
    },
    /// The issuer's keys are not available.
    KeysUnavailable(Box<MissingKeys>),
    /// The Worker that mounts Signpost could not say who sent the request.
    CallerUnavailable,
    /// The rule requires a solved Turnstile challenge, and the request has none.
    ChallengeMissing,
    /// Turnstile is not available.
    ChallengeUnavailable,
    /// The caller sent too many requests.
    TooManyRequests {
        /// How long it must wait, in seconds.
        retry_after: u32,
    },
    /// The rule's rate limit cannot be checked.
    LimitUnavailable,
    /// There is no such short link, or it is somebody else's.
    NoSuchLink,
    /// The short link has ended.
    LinkEnded(Ended),
    /// The caller has as many short links of the rule as a caller may have.
    TooManyLinks,
    /// The rule makes short links, which a navigation does not.
    ShortLinksOnly,
    /// The class of the objects that keep state is not bound to the Worker.
    StateNotBound,
    /// The object that keeps state did not answer.
    StateUnavailable,
    /// The upload is not within the caller's quota.
    QuotaExceeded {
        /// What is left of it.
        left: Left,
    },
    /// The form is valid once, and has been used.
    FormUsed,
    /// The form is valid once, and is being received.
    FormInUse,
    /// The bucket's credentials have expired.
    CredentialsExpired,
    /// No policy can restrict credentials to the prefix of this caller.
    NoPolicy {
        /// The end of a sentence that begins with the prefix.
        why: &'static str,
    },
    /// The bucket's credentials cannot be obtained.
    CredentialsUnavailable {
        /// How long to wait, in seconds.
        retry_after: u32,
    },
    /// A member of the request's JSON, or a parameter, is invalid.
    InvalidArgument {
        /// Its name in the request.
        name: &'static str,
        /// The end of a sentence that begins with the member's name.
        why: String,
    },
    /// The file is empty.
    TooSmall,
    /// The file is larger than the rule's limit.
    TooLarge {
        /// The limit, in bytes, included.
        max: u64,
    },
    /// The request lacks the file's size, without which the limit cannot be enforced.
    SizeMissing,
    /// A URL signed for this bucket cannot fix the size of the body.
    NoPut,
    /// The rule does not accept the media type.
    TypeNotAllowed {
        /// The rule's types, joined by commas.
        allowed: String,
    },
    /// The request results in an invalid object key.
    InvalidKey(InvalidObjectKey),
    /// The metadata, names and values together, is longer than S3 stores.
    MetadataTooLarge {
        /// The limit, in bytes.
        max: usize,
    },
    /// The provider does not accept forms.
    NoForms,
    /// The rule makes the key from the file's name, which is not known when a form is signed.
    NoPlainForm,
    /// A secret is not set.
    SecretMissing {
        /// Its name.
        name: SecretName,
    },
    /// A secret is malformed.
    SecretMalformed {
        /// Its name.
        name: SecretName,
        /// A description of valid values.
        expected: &'static str,
    },
    /// A secret is too short to be safe from guessing.
    SecretTooShort {
        /// Its name.
        name: SecretName,
        /// Shortest length, in bytes.
        min: usize,
    },
}

/// Returns the denial of a token, for this reason.
pub(crate) const fn token_refused(fault: TokenFault, why: &'static str) -> Denial {
    Denial::TokenRefused { fault, why }
}

impl Denial {
    /// Returns what is wrong with the token, if that is the reason.
    #[must_use]
    pub const fn token_fault(&self) -> Option<TokenFault> {
        match self {
            Self::TokenInvalid => Some(TokenFault::Unknown),
            Self::TokenRefused { fault, .. } => Some(*fault),
            _ => None,
        }
    }

    /// Returns the error code, which is part of the HTTP contract.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::NoRule => ErrorCode::NoSuchRule,
            Self::NoMultipart
            | Self::NoPut
            | Self::NoLinks
            | Self::LinksOnly
            | Self::ShortLinksOnly => ErrorCode::InvalidRequest,
            Self::NoSuchLink => ErrorCode::NoSuchLink,
            Self::LinkEnded(_) => ErrorCode::LinkEnded,
            Self::TooManyLinks => ErrorCode::TooManyLinks,
            Self::NoSuchUpload => ErrorCode::NoSuchUpload,
            Self::NoSuchKey => ErrorCode::NoSuchKey,
            Self::UploadMismatch { .. } => ErrorCode::UploadMismatch,
            Self::InvalidPart { .. } => ErrorCode::InvalidPart,
            Self::OriginNotAllowed
            | Self::EmbeddedElsewhere
            | Self::NetworkNotAllowed
            | Self::CountryNotAllowed
            | Self::OutsideHours
            | Self::TicketLimit { .. }
            | Self::FormUsed
            | Self::NoPolicy { .. } => ErrorCode::AccessDenied,
            Self::TokenMissing | Self::ChallengeMissing => ErrorCode::MissingAuthenticationToken,
            Self::TokenInvalid | Self::TokenRefused { .. } => ErrorCode::InvalidToken,
            Self::TokenExpired => ErrorCode::ExpiredToken,
            Self::TooManyRequests { .. } => ErrorCode::SlowDown,
            Self::QuotaExceeded { .. } => ErrorCode::QuotaExceeded,
            Self::FormInUse => ErrorCode::OperationAborted,
            Self::InvalidKey(InvalidObjectKey::TooLong) => ErrorCode::KeyTooLongError,
            Self::InvalidArgument { .. } | Self::InvalidKey(_) => ErrorCode::InvalidArgument,
            Self::SizeMissing => ErrorCode::MissingContentLength,
            Self::TooSmall => ErrorCode::EntityTooSmall,
            Self::TooLarge { .. } => ErrorCode::EntityTooLarge,
            Self::TypeNotAllowed { .. } => ErrorCode::UnsupportedMediaType,
            Self::MetadataTooLarge { .. } => ErrorCode::MetadataTooLarge,
            Self::NoForms | Self::NoPlainForm => ErrorCode::MethodNotAllowed,
            Self::SecretMissing { .. }
            | Self::SecretMalformed { .. }
            | Self::SecretTooShort { .. }
            | Self::KeysUnavailable(_)
            | Self::CallerUnavailable
            | Self::ChallengeUnavailable
            | Self::LimitUnavailable
            | Self::StateNotBound
            | Self::StateUnavailable
            | Self::HoursUnavailable
            | Self::StoreUnavailable
            | Self::IssuerUnavailable
            | Self::CredentialsExpired
            | Self::CredentialsUnavailable { .. } => ErrorCode::ServiceUnavailable,
        }
    }
}

impl Error for Denial {}
