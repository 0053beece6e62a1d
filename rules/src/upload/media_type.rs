//! Media types, which of them can carry scripts, their file extensions, and their names for people.

/// A media type without parameters, in lower case: `image/png`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MediaType(String);

pub(crate) const EXPECTED: &str =
    r#"an exact media type such as "image/png", in lower case, without parameters or wildcards"#;

/// The extension that files of a type usually have, and the type's name for people.
///
/// From <https://www.iana.org/assignments/media-types> and common use.
const KNOWN: &[(&str, &str, &str)] = &[
    ("application/epub+zip", "epub", "EPUB book"),
    ("application/gzip", "gz", "Gzip archive"),
    ("application/json", "json", "JSON file"),
    ("application/msword", "doc", "Word document"),
    ("application/octet-stream", "bin", "Binary file"),
    ("application/pdf", "pdf", "PDF document"),
    ("application/rtf", "rtf", "Rich text"),
    ("application/vnd.ms-excel", "xls", "Excel workbook"),
    ("application/vnd.ms-powerpoint", "ppt", "PowerPoint presentation"),
    ("application/vnd.oasis.opendocument.presentation", "odp", "OpenDocument presentation"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods", "OpenDocument spreadsheet"),
    ("application/vnd.oasis.opendocument.text", "odt", "OpenDocument text"),
    (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "pptx",
        "PowerPoint presentation",
    ),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", "Excel workbook"),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
        "Word document",
    ),
    ("application/wasm", "wasm", "WebAssembly module"),
    ("application/xhtml+xml", "xhtml", "XHTML page"),
    ("application/xml", "xml", "XML file"),
    ("application/x-7z-compressed", "7z", "7-Zip archive"),
    ("application/x-tar", "tar", "Tar archive"),
    ("application/zip", "zip", "ZIP archive"),
    ("audio/aac", "aac", "AAC audio"),
    ("audio/flac", "flac", "FLAC audio"),
    ("audio/mp4", "m4a", "MPEG-4 audio"),
    ("audio/mpeg", "mp3", "MP3 audio"),
    ("audio/ogg", "ogg", "Ogg audio"),
    ("audio/wav", "wav", "WAV audio"),
    ("audio/webm", "weba", "WebM audio"),
    ("font/otf", "otf", "OpenType font"),
    ("font/ttf", "ttf", "TrueType font"),
    ("font/woff", "woff", "WOFF font"),
    ("font/woff2", "woff2", "WOFF2 font"),
    ("image/apng", "apng", "Animated PNG image"),
    ("image/avif", "avif", "AVIF image"),
    ("image/bmp", "bmp", "BMP image"),
    ("image/gif", "gif", "GIF image"),
    ("image/heic", "heic", "HEIC image"),
    ("image/heif", "heif", "HEIF image"),
    ("image/jpeg", "jpg", "JPEG image"),
    ("image/jxl", "jxl", "JPEG XL image"),
    ("image/png", "png", "PNG image"),
    ("image/svg+xml", "svg", "SVG image"),
    ("image/tiff", "tiff", "TIFF image"),
    ("image/vnd.adobe.photoshop", "psd", "Photoshop image"),
    ("image/webp", "webp", "WebP image"),
    ("image/x-icon", "ico", "Icon"),
    ("model/gltf-binary", "glb", "glTF model"),
    ("text/calendar", "ics", "Calendar"),
    ("text/css", "css", "CSS style sheet"),
    ("text/csv", "csv", "CSV table"),
    ("text/html", "html", "HTML page"),
    ("text/javascript", "js", "JavaScript file"),
    ("text/markdown", "md", "Markdown text"),
    ("text/plain", "txt", "Plain text"),
    ("text/vtt", "vtt", "WebVTT subtitles"),
    ("text/xml", "xml", "XML text"),
    ("video/mp4", "mp4", "MPEG-4 video"),
    ("video/mpeg", "mpeg", "MPEG video"),
    ("video/ogg", "ogv", "Ogg video"),
    ("video/quicktime", "mov", "QuickTime video"),
    ("video/webm", "webm", "WebM video"),
    ("video/x-matroska", "mkv", "Matroska video"),
    ("video/x-msvideo", "avi", "AVI video"),
];

/// Types that a browser may run as a script or show as a page, besides those that end in `+xml`.
const ACTIVE: &[&str] = &[
    "application/ecmascript",
    "application/javascript",
    "application/x-ecmascript",
    "application/x-javascript",
    "application/x-shockwave-flash",
    "application/xml",
    "application/xml-dtd",
    "multipart/related",
    "multipart/x-mixed-replace",
    "text/ecmascript",
    "text/html",
    "text/javascript",
    "text/jscript",
    "text/livescript",
    "text/x-ecmascript",
    "text/x-javascript",
    "text/xml",
    "text/xsl",
    "text/cache-manifest",
];

impl MediaType {
    /// Returns the type, if the text is an exact one in lower case, without parameters.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let (main, sub) = text.split_once('/')?;
        let token = |text: &str| {
            let is_token = |b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'!' | b'#' | b'$' | b'&' | b'-' | b'^' | b'_' | b'.' | b'+');
            (1..=127).contains(&text.len()) && text.bytes().all(is_token)
        };
        (token(main) && token(sub)).then(|| Self(text.into()))
    }

    /// Returns the type, as in `Content-Type`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether a browser that opens such a file may run scripts in it.
    pub(crate) fn is_active(&self) -> bool {
        is_active(&self.0)
    }

    /// Returns the extension that files of this type usually have.
    pub(crate) fn extension(&self) -> Option<&'static str> {
        self.known().map(|(_, extension, _)| *extension)
    }

    /// Returns the type's name for people, such as `PNG image (.png)`; the type itself if it has none.
    #[must_use]
    pub fn label(&self) -> String {
        self.known().map_or_else(|| self.0.clone(), |(_, ext, name)| format!("{name} (.{ext})"))
    }

    /// Returns the value of `accept` for a file input: the type, and the extension if it has one, since not every system knows
    /// the type of a file.
    #[must_use]
    pub fn accept(&self) -> String {
        self.known().map_or_else(|| self.0.clone(), |(name, ext, _)| format!("{name},.{ext}"))
    }

    fn known(&self) -> Option<&'static (&'static str, &'static str, &'static str)> {
        KNOWN.iter().find(|(name, ..)| *name == self.0)
    }
}

fn is_active(media_type: &str) -> bool {
    media_type.ends_with("+xml") || ACTIVE.contains(&media_type)
}

/// Returns whether files with this extension usually have a known type, and one that runs no scripts.
pub(crate) fn is_passive_extension(extension: &str) -> bool {
    KNOWN.iter().any(|(media_type, known, _)| {
        known.eq_ignore_ascii_case(extension) && !is_active(media_type)
    })
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, MediaType};

    #[test]
    fn names_a_type_for_people() {
        let png = MediaType::new("image/png").expect("a type");
        assert_eq!(png.label(), "PNG image (.png)");
        assert_eq!(png.accept(), "image/png,.png");
        let own = MediaType::new("application/vnd.acme.plan").expect("a type");
        assert_eq!(own.label(), "application/vnd.acme.plan");
        assert_eq!(own.accept(), "application/vnd.acme.plan");
    }

    #[test]
    fn gives_every_known_type_a_label_of_its_own() {
        for (at, (media_type, ..)) in KNOWN.iter().enumerate() {
            let known = MediaType::new(media_type).expect("a type");
            let others = KNOWN.iter().skip(at + 1).filter_map(|(other, ..)| MediaType::new(other));
            for other in others {
                assert_ne!(known.label(), other.label());
            }
        }
    }
}
