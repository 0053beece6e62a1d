//! The name under which a browser saves an object.
//!
//! A link is served by the site's own bucket, so a name that anybody may choose must not turn one kind of file into another:
//! `?download=Setup.exe` would make a program of a picture.

use signer::ObjectKey;

use crate::denial::Denial;
use crate::download::attachment::Attachment;
use crate::hidden_char::is_hidden;
use crate::keys::file_name::FileName;
use crate::upload::media_type::is_passive_extension;

const ARGUMENT: &str = "download";

/// Longest extension, in characters; what is longer is part of the name.
const MAX_EXTENSION: usize = 16;

/// Second spellings of an extension, each with the usual one.
const SPELLINGS: [(&str, &str); 3] = [("jpeg", "jpg"), ("tif", "tiff"), ("htm", "html")];

/// Returns the `Content-Disposition` that makes browsers save an object under a name, or under the last segment of its key if
/// `name` is empty. See [`crate::DownloadGrant::saved_as`].
pub(crate) fn disposition(name: &str, key: &ObjectKey) -> Result<String, Denial> {
    let name = match name {
        "" => of_key(key)?,
        name => requested(name, key)?,
    };
    Ok(Attachment::new(&name).into_string())
}

/// Returns the last segment of a key, without invisible characters.
///
/// # Errors
///
/// [`Denial::InvalidArgument`] if a file cannot have this name.
fn of_key(key: &ObjectKey) -> Result<FileName, Denial> {
    FileName::of(ARGUMENT, &key.as_str().replace(is_hidden, ""))
}

/// Returns the requested name. It ends with the extension of the key, which is appended if it is missing.
///
/// If the key has no extension, the name has none either, or that of a known type that runs no scripts.
///
/// # Errors
///
/// [`Denial::InvalidArgument`] if a file cannot have this name, or for another extension.
fn requested(name: &str, key: &ObjectKey) -> Result<FileName, Denial> {
    let name = FileName::of(ARGUMENT, name)?;
    let found = name.as_str().rsplit_once('.').map(|(_, extension)| usual(extension));
    match (extension(key), found) {
        (Some(expected), Some(found)) if found.eq_ignore_ascii_case(usual(expected)) => Ok(name),
        (Some(expected), _) => FileName::of(ARGUMENT, &format!("{}.{expected}", name.as_str())),
        (None, Some(found)) if !is_passive_extension(found) => {
            let why = "must have the extension of a document, picture, sound, video or archive, since the object's key has none";
            Err(Denial::InvalidArgument { name: ARGUMENT, why: why.into() })
        }
        (None, _) => Ok(name),
    }
}

/// Returns the extension of a key: `png` of `avatars/7f.png`, none of `releases/v1.2` or `.profile`.
fn extension(key: &ObjectKey) -> Option<&str> {
    let (before, extension) = key.as_str().rsplit_once('.')?;
    let is_extension = (1..=MAX_EXTENSION).contains(&extension.len())
        && extension.bytes().all(|b| b.is_ascii_alphanumeric())
        && extension.bytes().any(|b| b.is_ascii_alphabetic());
    (is_extension && !before.is_empty() && !before.ends_with('/')).then_some(extension)
}

fn usual(extension: &str) -> &str {
    let spelled = |(other, _): &&(&str, &str)| other.eq_ignore_ascii_case(extension);
    SPELLINGS.iter().find(spelled).map_or(extension, |(_, usual)| usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(name: &str, key: &str) -> Option<String> {
        let name = requested(name, &ObjectKey::new(key).unwrap()).ok()?;
        Some(name.as_str().to_owned())
    }

    #[test]
    fn a_name_keeps_the_extension_of_the_key() {
        for (name, key, expected) in [
            ("holiday.png", "avatars/7f.png", "holiday.png"),
            ("holiday", "avatars/7f.png", "holiday.png"),
            ("HOLIDAY.PNG", "avatars/7f.png", "HOLIDAY.PNG"),
            ("holiday.jpeg", "avatars/7f.jpg", "holiday.jpeg"),
            ("scan.tif", "a/b.TIFF", "scan.tif"),
            ("Company-VPN-Setup.exe", "avatars/7f.png", "Company-VPN-Setup.exe.png"),
            ("Setup.exe.", "avatars/7f.png", "Setup.exe..png"),
            ("a.pdf", "releases/setup.exe", "a.pdf.exe"),
            ("backup.tar.gz", "a/b.tar.gz", "backup.tar.gz"),
            ("é.pdf", "a/é.pdf", "é.pdf"),
        ] {
            assert_eq!(saved(name, key).as_deref(), Some(expected), "{name} for {key}");
        }
    }

    #[test]
    fn a_key_without_an_extension_leaves_those_that_run_nothing() {
        for key in ["files/0f4c", "releases/v1.2", "a.b/c", "home/.profile", "a/b.", "a/b.ünd"] {
            for good in ["report", "report.pdf", "a.JPEG", "a.zip", "v1.2.txt"] {
                assert_eq!(saved(good, key).as_deref(), Some(good), "{key}");
            }
            for bad in
                ["Setup.exe", "a.html", "a.HTM", "a.svg", "a.js", "a.", "a.exe ", ".exe", "a.lnk"]
            {
                assert_eq!(saved(bad, key), None, "{bad} for {key}");
            }
        }
    }

    #[test]
    fn a_name_that_the_extension_makes_too_long_is_refused() {
        let name = "n".repeat(251);
        assert_eq!(saved(&name, "a.png"), Some(format!("{name}.png")));
        assert_eq!(saved(&"n".repeat(252), "a.png"), None);
    }

    #[test]
    fn the_name_of_a_key_loses_its_invisible_characters() {
        let key = ObjectKey::new("a/\u{200e}b\u{202e}gnp.exe").unwrap();
        assert_eq!(of_key(&key).unwrap().as_str(), "bgnp.exe");
    }
}
