//! The `key` field of a form.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTForms.html>

use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::condition::Condition;
use crate::field_name::FieldName;
use crate::object_key::{InvalidObjectKey, ObjectKey};

/// The variable that S3 replaces with the name of the uploaded file.
///
/// ```
/// use signer::{FILENAME, FormKey};
///
/// assert!(FormKey::filename_under("inbox/")?.as_str().ends_with(FILENAME));
/// # Ok::<(), signer::InvalidFormKey>(())
/// ```
pub const FILENAME: &str = "${filename}";

/// The key of a form: one key, or any key under a prefix.
///
/// ```
/// use signer::{FormKey, ObjectKey};
///
/// let exact = FormKey::exact(&ObjectKey::new("avatars/ada.png")?)?;
/// let under_prefix = FormKey::filename_under("inbox/7f/")?;
/// assert_eq!([exact.as_str(), under_prefix.as_str()], ["avatars/ada.png", "inbox/7f/${filename}"]);
/// # Ok::<(), signer::InvalidFormKey>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FormKey {
    key: String,
    /// Length of the prefix before the variable, in bytes; `None` without a variable.
    prefix_len: Option<usize>,
}

impl FormKey {
    /// A form for exactly this key.
    ///
    /// # Errors
    ///
    /// [`InvalidFormKey::Variable`] if `key` contains `${filename}`, which S3 would replace.
    pub fn exact(key: &ObjectKey) -> Result<Self, InvalidFormKey> {
        if key.as_str().contains(FILENAME) {
            return Err(InvalidFormKey::Variable);
        }
        Ok(Self { key: String::from(key.as_str()), prefix_len: None })
    }

    /// A form for any key that begins with `prefix`; S3 adds the name of the file.
    ///
    /// The policy fixes only the prefix: the client can choose any key under it.
    ///
    /// # Errors
    ///
    /// [`InvalidFormKey`] if `prefix` is empty, contains `${filename}`, or cannot begin an object key.
    pub fn filename_under(prefix: &str) -> Result<Self, InvalidFormKey> {
        if prefix.is_empty() {
            return Err(InvalidFormKey::Key(InvalidObjectKey::Empty));
        }
        if prefix.contains(FILENAME) {
            return Err(InvalidFormKey::Variable);
        }
        let key = ObjectKey::new(format!("{prefix}{FILENAME}"))?;
        Ok(Self { key: String::from(key.as_str()), prefix_len: Some(prefix.len()) })
    }

    /// The value of the form's `key` field.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.key
    }

    /// The condition on the key, with its form field.
    pub(crate) fn into_condition(self) -> Condition {
        let (field, value) = (FieldName::made_by_signing("key"), self.key);
        match self.prefix_len.and_then(|len| value.get(..len)).map(String::from) {
            Some(prefix) => Condition::StartsWith { field, prefix, prefilled: Some(value) },
            None => Condition::Exact { field, value },
        }
    }
}

impl From<InvalidObjectKey> for InvalidFormKey {
    fn from(error: InvalidObjectKey) -> Self {
        Self::Key(error)
    }
}

/// Why a text is not a valid key of a form.
///
/// ```
/// use signer::{FormKey, InvalidFormKey, InvalidObjectKey};
///
/// assert_eq!(FormKey::filename_under("a/${filename}/"), Err(InvalidFormKey::Variable));
/// let dot = FormKey::filename_under("inbox/./");
/// assert_eq!(dot, Err(InvalidFormKey::Key(InvalidObjectKey::DotSegment)));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum InvalidFormKey {
    /// It is not a valid object key.
    Key(InvalidObjectKey),
    /// It contains `${filename}`, which S3 replaces in every form field.
    Variable,
}

impl fmt::Display for InvalidFormKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(error) => error.fmt(f),
            Self::Variable => f.write_str("the key of a form must not contain ${filename}"),
        }
    }
}

impl core::error::Error for InvalidFormKey {}
