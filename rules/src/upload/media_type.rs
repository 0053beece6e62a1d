//! Media types, which of them can carry scripts, and their file extensions.

/// A media type without parameters, in lower case: `image/png`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MediaType(String);

pub(crate) const EXPECTED: &str =
    r#"an exact media type such as "image/png", in lower case, without parameters or wildcards"#;

/// The extension that files of a type usually have.
///
/// From <https://www.iana.org/assignments/media-types> and common use.
const EXTENSIONS: &[(&str, &str)] = &[
    ("application/epub+zip", "epub"),
    ("application/gzip", "gz"),
    ("application/json", "json"),
    ("application/msword", "doc"),
    ("application/octet-stream", "bin"),
    ("application/pdf", "pdf"),
    ("application/rtf", "rtf"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.ms-powerpoint", "ppt"),
    ("application/vnd.oasis.opendocument.presentation", "odp"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/wasm", "wasm"),
    ("application/xhtml+xml", "xhtml"),
    ("application/xml", "xml"),
    ("application/x-7z-compressed", "7z"),
    ("application/x-tar", "tar"),
    ("application/zip", "zip"),
    ("audio/aac", "aac"),
    ("audio/flac", "flac"),
    ("audio/mp4", "m4a"),
    ("audio/mpeg", "mp3"),
    ("audio/ogg", "ogg"),
    ("audio/wav", "wav"),
    ("audio/webm", "weba"),
    ("font/otf", "otf"),
    ("font/ttf", "ttf"),
    ("font/woff", "woff"),
    ("font/woff2", "woff2"),
    ("image/apng", "apng"),
    ("image/avif", "avif"),
    ("image/bmp", "bmp"),
    ("image/gif", "gif"),
    ("image/heic", "heic"),
    ("image/heif", "heif"),
    ("image/jpeg", "jpg"),
    ("image/jxl", "jxl"),
    ("image/png", "png"),
    ("image/svg+xml", "svg"),
    ("image/tiff", "tiff"),
    ("image/vnd.adobe.photoshop", "psd"),
    ("image/webp", "webp"),
    ("image/x-icon", "ico"),
    ("model/gltf-binary", "glb"),
    ("text/calendar", "ics"),
    ("text/css", "css"),
    ("text/csv", "csv"),
    ("text/html", "html"),
    ("text/javascript", "js"),
    ("text/markdown", "md"),
    ("text/plain", "txt"),
    ("text/vtt", "vtt"),
    ("text/xml", "xml"),
    ("video/mp4", "mp4"),
    ("video/mpeg", "mpeg"),
    ("video/ogg", "ogv"),
    ("video/quicktime", "mov"),
    ("video/webm", "webm"),
    ("video/x-matroska", "mkv"),
    ("video/x-msvideo", "avi"),
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
    pub(crate) fn new(text: &str) -> Option<Self> {
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
        EXTENSIONS.iter().find(|(name, _)| *name == self.0).map(|(_, extension)| *extension)
    }
}

fn is_active(media_type: &str) -> bool {
    media_type.ends_with("+xml") || ACTIVE.contains(&media_type)
}

/// Returns whether files with this extension usually have a known type, and one that runs no scripts.
pub(crate) fn is_passive_extension(extension: &str) -> bool {
    EXTENSIONS
        .iter()
        .any(|(media_type, known)| known.eq_ignore_ascii_case(extension) && !is_active(media_type))
}
