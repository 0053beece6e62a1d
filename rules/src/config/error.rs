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

/// What kind of error it is, so that a program need not read its text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConfigErrorKind {
    /// A key is missing, or its value is not what that key takes.
    Value,
    /// There is no such key.
    UnknownKey {
        /// The keys that the table takes.
        known: Vec<&'static str>,
    },
    /// A table is expected.
    NotATable,
    /// The name of an entry has characters that it must not have, or too many.
    EntryName,
    /// Two entries have the same name.
    RepeatedName,
    /// Files of a type can carry scripts.
    ActiveType,
    /// The key has `{ext}`, and a type has no extension.
    TypeWithoutExtension,
    /// The key has `{caller}`, and some callers have no name.
    CallerWithoutName,
    /// A form cannot reject an upload that overwrites an object, and the bucket takes forms.
    OverwriteByForm,
    /// The provider does not document that it rejects an upload that overwrites an object.
    OverwriteUndocumented,
    /// The provider might overwrite an object by an upload in parts.
    OverwriteByParts,
    /// The bucket's signatures do not cover the size of a PUT.
    SizeNotSigned,
    /// Of several keys, exactly one must be there.
    NotExactlyOne,
    /// Only one secret is possible.
    SeveralSecrets,
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

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> &ConfigErrorKind {
        &self.0.kind
    }

    /// Where, such as `UPLOADS.avatar.max_size`; names only, never a value.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.0.place
    }

    /// The last key of the place, such as `max_size`.
    #[must_use]
    pub fn key(&self) -> &str {
        let key = self.place().rsplit('.').next().unwrap_or_default();
        key.split('[').next().unwrap_or_default()
    }

    /// What is wrong, without the place.
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
