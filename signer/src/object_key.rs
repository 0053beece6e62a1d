//! Object keys.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>

use alloc::string::String;
use core::fmt;

/// An object key: 1 to 1,024 bytes of UTF-8, without `.` or `..` segments and
/// without control characters.
///
/// S3 accepts dot segments, but URL parsers remove them, so a client could not reach such an object. Control
/// characters cannot be written in S3's XML.
///
/// ```
/// use signer::ObjectKey;
///
/// assert_eq!(ObjectKey::new("a b/ü+%~//c")?.as_str(), "a b/ü+%~//c");
/// assert!(ObjectKey::new("a/../b").is_err());
/// # Ok::<(), signer::InvalidObjectKey>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// Longest key that S3 accepts, in bytes.
    pub const MAX_LEN: usize = 1_024;

    /// Checks a key, which must not be percent-encoded.
    ///
    /// # Errors
    ///
    /// [`InvalidObjectKey`] names the reason.
    pub fn new(key: impl Into<String>) -> Result<Self, InvalidObjectKey> {
        let key = key.into();
        match key.len() {
            0 => return Err(InvalidObjectKey::Empty),
            1..=Self::MAX_LEN => {}
            _ => return Err(InvalidObjectKey::TooLong),
        }
        if key.contains(char::is_control) {
            return Err(InvalidObjectKey::ControlCharacter);
        }
        if key.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(InvalidObjectKey::DotSegment);
        }
        Ok(Self(key))
    }

    /// The key as S3 stores it, not percent-encoded.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a text is not a valid object key.
///
/// ```
/// use signer::{InvalidObjectKey, ObjectKey};
///
/// let error = ObjectKey::new("a/../b");
/// assert_eq!(error, Err(InvalidObjectKey::DotSegment));
/// assert_eq!(InvalidObjectKey::DotSegment.to_string(), "an object key has no segments `.` or `..`");
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum InvalidObjectKey {
    /// It is empty.
    Empty,
    /// It is longer than 1,024 bytes.
    TooLong,
    /// It has a control character, such as NUL or a line end.
    ControlCharacter,
    /// One of its segments is `.` or `..`.
    DotSegment,
}

impl fmt::Display for InvalidObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an object key has at least one character",
            Self::TooLong => "an object key has at most 1024 bytes",
            Self::ControlCharacter => "an object key has no control characters",
            Self::DotSegment => "an object key has no segments `.` or `..`",
        })
    }
}

impl core::error::Error for InvalidObjectKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_every_valid_key() {
        for key in
            ["a", " ", "a//b", "/a", "a/", "...", "a/.b", "ü/🦀", "%2e%2e", &"k".repeat(1_024)]
        {
            assert_eq!(ObjectKey::new(key).map(|key| key.0).as_deref(), Ok(key));
        }
    }

    #[test]
    fn rejects_invalid_keys() {
        for (key, why) in [
            ("", InvalidObjectKey::Empty),
            ("a\0", InvalidObjectKey::ControlCharacter),
            ("a\u{85}", InvalidObjectKey::ControlCharacter),
            ("..", InvalidObjectKey::DotSegment),
            ("a/./b", InvalidObjectKey::DotSegment),
            (&"ü".repeat(513), InvalidObjectKey::TooLong),
        ] {
            assert_eq!(ObjectKey::new(key), Err(why), "{key:?}");
        }
    }
}
