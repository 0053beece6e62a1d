//! Why an ask was refused.

use core::error::Error;
use core::fmt;

use signer::InvalidObjectKey;

use crate::config::quantity::display_size;
use crate::secret_name::SecretName;

/// Why an ask was refused. Every variant is something the caller, or the owner, can act on.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Denial {
    /// No rule has that name.
    NoRule,
    /// The page that asks is not among the rule's origins.
    OriginNotAllowed,
    /// The rule asks for a token, and there is none.
    TokenMissing,
    /// The token is nobody's.
    TokenInvalid,
    /// The token is not one, or not for here.
    TokenRefused {
        /// What about it, after "the token"; never a part of it.
        why: &'static str,
    },
    /// The rule takes files in one piece alone.
    NoMultipart,
    /// The upload in parts is none of this rule and caller.
    NoSuchUpload,
    /// A part is not what it must be.
    InvalidPart {
        /// Which one.
        number: u16,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The bucket does not answer.
    StoreUnavailable,
    /// The token's time is over.
    TokenExpired,
    /// The ticket is good, but not for this.
    TicketLimit {
        /// The claim that limits it.
        name: &'static str,
    },
    /// The issuer's keys cannot be had.
    KeysUnavailable,
    /// The rule asks for an answered Turnstile challenge, and there is none.
    ChallengeMissing,
    /// Turnstile cannot be asked.
    ChallengeUnavailable,
    /// The caller has asked too often.
    TooManyRequests {
        /// When it may ask again, in seconds.
        retry_after: u32,
    },
    /// The rule's limit cannot be counted.
    LimitUnavailable,
    /// The bucket's credentials have expired.
    CredentialsExpired,
    /// A part of the ask is not what it must be.
    InvalidArgument {
        /// Which part, as the request names it.
        name: &'static str,
        /// What it must be.
        why: String,
    },
    /// The file is empty.
    TooSmall,
    /// The file is larger than the rule's limit.
    TooLarge {
        /// The limit, in bytes, included.
        max: u64,
    },
    /// Nothing could hold a limit for a file of a size that is not known before.
    SizeMissing,
    /// A URL to this bucket cannot hold a size.
    NoPut,
    /// The type is not among the rule's.
    TypeNotAllowed {
        /// The rule's types, joined by commas.
        allowed: String,
    },
    /// What the ask makes is no object key.
    InvalidKey(InvalidObjectKey),
    /// Names and values of the metadata take more than S3 stores.
    MetadataTooLarge {
        /// The limit, in bytes.
        max: usize,
    },
    /// The provider takes no forms.
    NoForms,
    /// The key is made from the file's name in a way that a form cannot.
    NoPlainForm,
    /// A secret is not set.
    SecretMissing {
        /// Its name.
        name: SecretName,
    },
    /// A secret is not what its name says.
    SecretMalformed {
        /// Its name.
        name: SecretName,
        /// What it must be.
        expected: &'static str,
    },
    /// A secret can be guessed.
    SecretTooShort {
        /// Its name.
        name: SecretName,
        /// Shortest length, in bytes.
        min: usize,
    },
}

/// A token that is refused, and what about it.
pub(crate) const fn refused(why: &'static str) -> Denial {
    Denial::TokenRefused { why }
}

impl Denial {
    /// The S3 error code that names this case; part of the HTTP contract.
    ///
    /// S3 has none for a rule, a missing token and a media type: the first and last follow its pattern, the
    /// second is common to other AWS services.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRule => "NoSuchRule",
            Self::NoMultipart | Self::NoPut => "InvalidRequest",
            Self::NoSuchUpload => "NoSuchUpload",
            Self::InvalidPart { .. } => "InvalidPart",
            Self::OriginNotAllowed | Self::TicketLimit { .. } => "AccessDenied",
            Self::TokenMissing | Self::ChallengeMissing => "MissingAuthenticationToken",
            Self::TokenInvalid | Self::TokenRefused { .. } => "InvalidToken",
            Self::TokenExpired => "ExpiredToken",
            Self::TooManyRequests { .. } => "SlowDown",
            Self::InvalidKey(InvalidObjectKey::TooLong) => "KeyTooLongError",
            Self::InvalidArgument { .. } | Self::InvalidKey(_) => "InvalidArgument",
            Self::SizeMissing => "MissingContentLength",
            Self::TooSmall => "EntityTooSmall",
            Self::TooLarge { .. } => "EntityTooLarge",
            Self::TypeNotAllowed { .. } => "UnsupportedMediaType",
            Self::MetadataTooLarge { .. } => "MetadataTooLarge",
            Self::NoForms | Self::NoPlainForm => "MethodNotAllowed",
            Self::SecretMissing { .. }
            | Self::SecretMalformed { .. }
            | Self::SecretTooShort { .. }
            | Self::KeysUnavailable
            | Self::ChallengeUnavailable
            | Self::LimitUnavailable
            | Self::StoreUnavailable
            | Self::CredentialsExpired => "ServiceUnavailable",
        }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRule => f.write_str("no rule has this name"),
            Self::NoMultipart => f.write_str("this rule takes files in one piece alone"),
            Self::NoSuchUpload => {
                f.write_str("this upload is none of this rule's and caller's, or its time is over")
            }
            Self::InvalidPart { number, why } => write!(f, "part {number} {why}"),
            Self::StoreUnavailable => f.write_str("the bucket does not answer"),
            Self::OriginNotAllowed => f.write_str("this origin is not among the rule's origins"),
            Self::TokenMissing => f.write_str("this rule asks for a token: send `Authorization: Bearer <token>`"),
            Self::TokenInvalid => f.write_str("the token is not one that this rule takes"),
            Self::TokenRefused { why } => write!(f, "the token {why}"),
            Self::TokenExpired => f.write_str("the token has expired: ask for a new one"),
            Self::TicketLimit { name } => write!(f, "the ticket is for another `{name}`"),
            Self::KeysUnavailable => f.write_str("the issuer's keys cannot be had at the ambient"),
            Self::ChallengeMissing => f.write_str(
                "this rule asks for an answered Turnstile challenge: send it as `Turnstile-Token`",
            ),
            Self::ChallengeUnavailable => f.write_str("Turnstile cannot be asked at the ambient"),
            Self::TooManyRequests { retry_after } => write!(f, "too many requests: wait {retry_after} seconds"),
            Self::LimitUnavailable => f.write_str("the rule's limit cannot be counted"),
            Self::CredentialsExpired => f.write_str("the bucket's credentials have expired"),
            Self::InvalidArgument { name, why } => write!(f, "`{name}` {why}"),
            Self::SizeMissing => f.write_str("tell the file's size: without it, nothing here could hold the rule's limit"),
            Self::NoPut => f.write_str("the bucket takes files by forms alone, since its URLs cannot hold a size"),
            Self::TooSmall => f.write_str("`size` is 0, and an empty file is not taken"),
            Self::TooLarge { max } => write!(f, "the file is larger than the limit of {}", display_size(*max)),
            Self::TypeNotAllowed { allowed } => write!(f, "this type is not taken, only {allowed}"),
            Self::InvalidKey(error) => error.fmt(f),
            Self::MetadataTooLarge { max } => {
                write!(f, "names and values of `metadata` take more than {max} bytes")
            }
            Self::NoForms => f.write_str("the bucket's provider takes no forms: ask by POST, and send the file by PUT"),
            Self::NoPlainForm => f.write_str(
                "this rule makes the key from the file's name, which a form cannot know: ask by POST",
            ),
            Self::SecretMissing { name } => write!(f, "the secret {} is not set", name.as_str()),
            Self::SecretMalformed { name, expected } => write!(f, "the secret {} must be {expected}", name.as_str()),
            Self::SecretTooShort { name, min } => {
                write!(f, "the secret {} is shorter than {min} bytes", name.as_str())
            }
        }
    }
}

impl Error for Denial {}
