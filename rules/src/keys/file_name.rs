//! File names from requests.

use crate::denial::Denial;

/// A file name that can be a segment of a key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct FileName(String);

impl FileName {
    /// Longest name accepted, in bytes, which is also the limit of file systems.
    const MAX_LEN: usize = 255;

    /// Keeps only what follows the last `/` or `\`, since some browsers send a whole path.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidArgument`] if that is empty, longer than 255 bytes, `.` or `..`, has a control
    /// character, or has `${filename}` in it, which S3 would replace.
    pub(crate) fn new(text: &str) -> Result<Self, Denial> {
        Self::of("filename", text)
    }

    /// Like [`FileName::new`], for another argument of a request.
    pub(crate) fn of(argument: &'static str, text: &str) -> Result<Self, Denial> {
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
        Err(Denial::InvalidArgument { name: argument, why: why.into() })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name without its extension.
    pub(crate) fn stem(&self) -> &str {
        match self.0.rsplit_once('.') {
            Some((stem, _)) if !stem.is_empty() => stem,
            _ => &self.0,
        }
    }
}
