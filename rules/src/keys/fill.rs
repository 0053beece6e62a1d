//! Fills a key template with the values of one request.

use signer::{FormKey, InvalidFormKey, ObjectKey};

use crate::ambient::Ambient;
use crate::callers::caller::Caller;
use crate::callers::token_fault::TokenFault;
use crate::denial::{Denial, token_refused};
use crate::keys::file_name::FileName;
use crate::keys::part::{Part, Placeholder};

/// The values for a template.
pub(crate) struct Values<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) ambient: Ambient,
    /// The usual extension for the file's type.
    pub(crate) extension: Option<&'static str>,
    pub(crate) filename: Option<&'a FileName>,
    pub(crate) path: &'a str,
}

/// Fills the parts of a template.
pub(crate) fn fill(parts: &[Part], values: &Values<'_>) -> Result<ObjectKey, Denial> {
    let mut key = String::new();
    for part in parts {
        match part {
            Part::Literal(text) => key.push_str(text),
            Part::Claim(name) => key.push_str(values.caller.claim(name).ok_or(CLAIM)?.as_str()),
            Part::Placeholder(placeholder) => values.push(*placeholder, &mut key)?,
        }
    }
    ObjectKey::new(key).map_err(Denial::InvalidKey)
}

/// Fills a template for a form, which is signed before the file's name is known: `{filename}` at the end becomes S3's own
/// variable.
pub(crate) fn fill_form(parts: &[Part], values: &Values<'_>) -> Result<FormKey, Denial> {
    let uses_name = |parts: &[Part]| {
        let of_name = |part: &Part| {
            matches!(part, Part::Placeholder(Placeholder::Filename | Placeholder::Stem))
        };
        parts.iter().any(of_name)
    };
    match parts.split_last() {
        Some((Part::Placeholder(Placeholder::Filename), before)) if !uses_name(before) => {
            FormKey::filename_under(fill(before, values)?.as_str()).map_err(denial)
        }
        _ if uses_name(parts) => Err(Denial::NoPlainForm),
        _ => exact(&fill(parts, values)?),
    }
}

/// Converts a complete key to a form's key.
pub(crate) fn exact(key: &ObjectKey) -> Result<FormKey, Denial> {
    FormKey::exact(key).map_err(denial)
}

/// Returns the denial for a key that a form cannot have. Only a file's name can contain S3's variable.
fn denial(error: InvalidFormKey) -> Denial {
    match error {
        InvalidFormKey::Key(error) => Denial::InvalidKey(error),
        InvalidFormKey::Variable => {
            Denial::InvalidArgument { name: "filename", why: "must not contain ${filename}".into() }
        }
    }
}

impl Values<'_> {
    /// Appends the value of a placeholder to a key.
    ///
    /// The configuration rejects `{caller}` without named callers, and `{ext}` for types without an extension. Only a ticket
    /// can lack its subject.
    fn push(&self, placeholder: Placeholder, key: &mut String) -> Result<(), Denial> {
        match placeholder {
            Placeholder::Caller => key.push_str(self.caller.subject().ok_or(SUBJECT)?),
            Placeholder::Entry => key.push_str(self.caller.name()),
            Placeholder::Ext => key.push_str(self.extension.ok_or(Denial::NoPlainForm)?),
            Placeholder::Uuid => key.push_str(&uuid((self.ambient.random)())),
            Placeholder::Date => key.push_str(&self.ambient.now.date().to_string()),
            Placeholder::Filename => key.push_str(self.filename()?.as_str()),
            Placeholder::Stem => key.push_str(self.filename()?.stem()),
            Placeholder::Path => key.push_str(self.path),
        }
        Ok(())
    }

    fn filename(&self) -> Result<&FileName, Denial> {
        let missing = || Denial::InvalidArgument { name: "filename", why: "is missing".into() };
        self.filename.ok_or_else(missing)
    }
}

/// Makes a UUID, version 4.
pub(crate) fn uuid(random: [u8; 16]) -> String {
    uuid::Builder::from_random_bytes(random).into_uuid().to_string()
}

const CLAIM: Denial = token_refused(
    TokenFault::Claim,
    "lacks a claim that is part of the key, or its value cannot be a segment of a key",
);
const SUBJECT: Denial =
    token_refused(TokenFault::Subject, "has neither a subject (`sub`) nor a `key`");
