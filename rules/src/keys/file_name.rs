//! File names from requests.

use crate::denial::Denial;
use crate::hidden_char::is_hidden;

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
    /// or invisible character ([`is_hidden`]), or has `${filename}` in it, which S3 would replace.
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
        } else if name.contains(is_hidden) {
            "must not have control or invisible characters"
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_names_of_every_script() {
        for good in [
            "a.png",
            "Rechnung März.pdf",
            "日本語.txt",
            "تقرير.pdf",
            "می\u{200c}خواهم.pdf",
            "👩\u{200d}🚀.png",
            "a\u{fe0f}",
        ] {
            assert_eq!(FileName::new(good).map(|name| name.0).as_deref(), Ok(good));
        }
    }

    #[test]
    fn refuses_characters_that_hide_a_name_or_its_extension() {
        for bad in [
            "exe.\u{202e}gnp.exe",
            "a\u{2066}b\u{2069}.png",
            "a\u{200e}.png",
            "a\u{200f}.png",
            "a\u{61c}.png",
            "a\u{200b}.png",
            "a\u{feff}.png",
            "a\u{ad}.png",
            "a\u{2028}b",
            "a\u{2029}b",
            "a\u{e0041}",
            "a\nb",
            "a\u{7f}",
            "a\u{85}",
        ] {
            let why = "must not have control or invisible characters".into();
            let expected = Denial::InvalidArgument { name: "filename", why };
            assert_eq!(FileName::new(bad), Err(expected), "{bad:?}");
        }
    }
}
