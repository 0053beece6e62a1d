//! The parts of a key template.

/// One part of a key template.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Part {
    Literal(String),
    Placeholder(Placeholder),
    /// `{claim.NAME}`: a claim of the caller's token, by its name.
    Claim(String),
}

/// A placeholder, such as `{uuid}`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Placeholder {
    /// The caller's subject.
    Caller,
    /// The name of the caller's entry in `CALLERS`.
    Entry,
    /// A random UUID, version 4.
    Uuid,
    /// The date in UTC, such as `2026-11-23`.
    Date,
    /// The file's name.
    Filename,
    /// The file's name without its extension.
    Stem,
    /// The usual extension for the file's type.
    Ext,
    /// The rest of the request's path, after the rule's name.
    Path,
}

/// The placeholders of an upload rule.
pub(crate) const UPLOAD: &[Placeholder] = &[
    Placeholder::Caller,
    Placeholder::Entry,
    Placeholder::Uuid,
    Placeholder::Date,
    Placeholder::Filename,
    Placeholder::Stem,
    Placeholder::Ext,
];

/// The placeholders of a download rule.
pub(crate) const DOWNLOAD: &[Placeholder] =
    &[Placeholder::Caller, Placeholder::Entry, Placeholder::Path];

impl Placeholder {
    /// Returns the name between the braces.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Caller => "caller",
            Self::Entry => "entry",
            Self::Uuid => "uuid",
            Self::Date => "date",
            Self::Filename => "filename",
            Self::Stem => "stem",
            Self::Ext => "ext",
            Self::Path => "path",
        }
    }
}
