//! What the error codes of S3 servers mean for links, forms and uploads in parts.
//!
//! The lists that the servers document are in `tests/data/errors`. A test holds that each code which these requests can
//! meet has an entry here; `docs/errors.md` shows both.

mod access;
mod encryption;
mod form;
mod object;
mod request;
mod server;
mod signature;
mod upload;

use crate::cause::Code;
use crate::verdict::Allowed;

/// An error, with one meaning and one cure.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The codes of the error: servers name some errors differently.
    pub codes: &'static [&'static str],
    /// The kind of cause.
    pub cause: Code,
    /// What the error means.
    pub meaning: &'static str,
    /// What to do.
    pub cure: &'static str,
    /// The causes that explain the error better, if the request shows one.
    pub(crate) allowed: Allowed,
}

/// The groups of entries, as in the documentation.
const GROUPS: [(&str, &[Entry]); 8] = [
    ("Signature", signature::ENTRIES),
    ("Access", access::ENTRIES),
    ("Request", request::ENTRIES),
    ("Form", form::ENTRIES),
    ("Object", object::ENTRIES),
    ("Upload in parts", upload::ENTRIES),
    ("Encryption", encryption::ENTRIES),
    ("Server", server::ENTRIES),
];

/// All entries, in groups with a title.
pub fn catalogue() -> impl Iterator<Item = (&'static str, &'static [Entry])> {
    GROUPS.into_iter()
}

impl Entry {
    const fn new(
        codes: &'static [&'static str],
        cause: Code,
        allowed: Allowed,
        meaning: &'static str,
        cure: &'static str,
    ) -> Self {
        Self { codes, cause, meaning, cure, allowed }
    }

    /// The entry of a code. Google's APIs write some codes in other letter cases than S3.
    pub(crate) fn of(code: &str) -> Option<&'static Self> {
        let mut entries = GROUPS.iter().flat_map(|(_, entries)| entries.iter());
        entries.find(|entry| entry.codes.iter().any(|found| found.eq_ignore_ascii_case(code)))
    }
}
