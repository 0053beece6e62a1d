//! Why an ask was refused.

use core::error::Error;
use core::fmt;

use signer::InvalidObjectKey;

use crate::SecretName;
use crate::quantity::display_size;

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
    /// A bearer secret can be guessed.
    SecretTooShort {
        /// Its name.
        name: SecretName,
        /// Shortest length, in bytes.
        min: usize,
    },
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
            Self::OriginNotAllowed => "AccessDenied",
            Self::TokenMissing => "MissingAuthenticationToken",
            Self::TokenInvalid => "InvalidToken",
            Self::InvalidKey(InvalidObjectKey::TooLong) => "KeyTooLongError",
            Self::InvalidArgument { .. } | Self::InvalidKey(_) => "InvalidArgument",
            Self::TooSmall => "EntityTooSmall",
            Self::TooLarge { .. } => "EntityTooLarge",
            Self::TypeNotAllowed { .. } => "UnsupportedMediaType",
            Self::MetadataTooLarge { .. } => "MetadataTooLarge",
            Self::NoForms | Self::NoPlainForm => "MethodNotAllowed",
            Self::SecretMissing { .. } | Self::SecretTooShort { .. } => "ServiceUnavailable",
        }
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRule => f.write_str("no rule has this name"),
            Self::OriginNotAllowed => f.write_str("this origin is not among the rule's origins"),
            Self::TokenMissing => f.write_str("this rule asks for a token: send `Authorization: Bearer <token>`"),
            Self::TokenInvalid => f.write_str("the token is not one that this rule takes"),
            Self::InvalidArgument { name, why } => write!(f, "`{name}` {why}"),
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
            Self::SecretTooShort { name, min } => {
                write!(f, "the secret {} is shorter than {min} bytes", name.as_str())
            }
        }
    }
}

impl Error for Denial {}
