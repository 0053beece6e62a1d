//! Errors in the configuration: which key is wrong, and why.

use core::error::Error;
use core::fmt;

/// One error and its place: `UPLOADS.avatar.max_size: expected a size such as "5 MiB", found "5 megs"`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigError(Box<Inner>); // boxed: every reader of the configuration returns one

#[derive(Clone, Debug, Eq, PartialEq)]
struct Inner {
    kind: ConfigErrorKind,
    place: String,
    problem: String,
}

/// The kind of an error, for programs that treat some errors differently.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConfigErrorKind {
    /// A key is missing, or has an invalid value.
    Value,
    /// The table has a key that is not known.
    UnknownKey {
        /// The keys that the table can have.
        known: Vec<&'static str>,
    },
    /// A table is expected.
    NotATable,
    /// The name of an entry is too long, or has characters that are not allowed.
    EntryName,
    /// Two entries have the same name.
    RepeatedName,
    /// Files of a type can carry scripts.
    ActiveType,
    /// The key has `{ext}`, and a type has no extension.
    TypeWithoutExtension,
    /// The key has `{caller}`, and some callers have no name.
    CallerWithoutName,
    /// The key has `{caller}` or a claim, and several authorities can give it the same value for different callers.
    SeveralAuthorities,
    /// The bucket accepts forms, and a form cannot prevent overwriting.
    OverwriteByForm,
    /// The provider does not document that it rejects an upload that overwrites an object.
    OverwriteUndocumented,
    /// An upload in parts might overwrite an object.
    OverwriteByParts,
    /// The provider does not document that it stores an attribute of an object, or evaluates its tags.
    AttributeUnsupported,
    /// A form, or an upload in parts, cannot set an attribute.
    AttributeByOtherMethod,
    /// An uploader can set the tag that a download requires.
    TagsOfUploader,
    /// A caller with credentials can set the tag that a download requires.
    TagsOfCredentials,
    /// Unconfirmed files would be removed, but uploads are not confirmed.
    ExpireWithoutConfirm,
    /// Mismatched objects would be deleted, but uploads are not confirmed.
    DeleteWithoutConfirm,
    /// A mismatched object might belong to another upload with the same key.
    DeleteOfOthers,
    /// The bucket's signatures do not cover the size of a PUT.
    SizeNotSigned,
    /// Exactly one of several keys must be set.
    NotExactlyOne,
    /// Exactly one secret must be named.
    SeveralSecrets,
    /// More secrets are named than one entry can have.
    TooManySecrets,
    /// A form would be counted against too many rate limits.
    TooManyLimits,
    /// The session policy of a bucket's rules is longer than a security token service accepts.
    SessionPolicyTooLong,
    /// A key that never expires would be handed out.
    LongLivedKey,
    /// An address is private, and the configuration does not say that it may be.
    PrivateAddress,
    /// A quota is for each caller, and some callers have no name.
    QuotaWithoutName,
    /// A quota has fewer bytes than the largest file.
    QuotaTooSmall,
    /// Only what the Worker itself receives can be valid once.
    SingleUseElsewhere,
    /// An endpoint that is an IP address has no virtual-hosted URLs.
    PathStyleOnly,
}

impl ConfigError {
    pub(crate) fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        let kind = ConfigErrorKind::Value;
        Self(Box::new(Inner { kind, place: place.into(), problem: problem.into() }))
    }

    pub(crate) fn with_kind(mut self, kind: ConfigErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> &ConfigErrorKind {
        &self.0.kind
    }

    /// Returns the place, such as `UPLOADS.avatar.max_size`: names only, never a value.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.0.place
    }

    /// Returns the last key of the place, such as `max_size`.
    #[must_use]
    pub fn key(&self) -> &str {
        let key = self.place().rsplit('.').next().unwrap_or_default();
        key.split('[').next().unwrap_or_default()
    }

    /// Returns what is wrong, without the place.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.0.problem
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.place, self.0.problem)
    }
}

impl Error for ConfigError {}
