//! The name that a browser gives to a file.

use crate::Denial;

/// The last part of a path, safe as one segment of a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct FileName(String);

impl FileName {
    /// Longest name taken, in bytes; file systems have the same limit.
    const MAX_LEN: usize = 255;

    /// Takes what follows the last `/` or `\`, since some browsers send a path.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidArgument`] if that is empty, longer than 255 bytes, `.` or `..`, has a control
    /// character, or has `${filename}` in it, which S3 would replace.
    pub(crate) fn new(text: &str) -> Result<Self, Denial> {
        Self::of("filename", text)
    }

    /// Like [`FileName::new`], for another part of an ask.
    pub(crate) fn of(part: &'static str, text: &str) -> Result<Self, Denial> {
        let name = text.rsplit(['/', '\\']).next().unwrap_or(text);
        let why = if name.is_empty() || matches!(name, "." | "..") {
            "must end with a file's name"
        } else if name.len() > Self::MAX_LEN {
            "must have at most 255 bytes"
        } else if name.contains(char::is_control) {
            "must not have control characters"
        } else if name.contains(signer::FILENAME) {
            "must not contain ${filename}"
        } else {
            return Ok(Self(name.into()));
        };
        Err(Denial::InvalidArgument { name: part, why: why.into() })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without its extension.
    pub(crate) fn stem(&self) -> &str {
        match self.0.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => &self.0,
        }
    }
}
