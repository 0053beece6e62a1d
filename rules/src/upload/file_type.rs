//! The type of a file as its client names it: a media type that may have parameters.
//!
//! Parameters are not part of a type's identity. A browser calls a recording `video/webm;codecs=vp9,opus` and a text
//! `text/plain;charset=utf-8`. A rule lists types without parameters, and the type is signed as the client sent it.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1>

use signer::HeaderValue;

use crate::denial::Denial;
use crate::upload::media_type::MediaType;

/// Longest parameters, in bytes, with the semicolon before them.
const MAX_PARAMETERS: usize = 255;

/// A type as a client sent it. Its parameters are well formed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileType<'a> {
    text: &'a str,
    essence: &'a str,
}

/// Returns a type without its parameters: `text/plain` for `text/plain; charset=utf-8`.
pub(crate) fn essence(text: &str) -> &str {
    text.split_once(';').map_or(text, |(essence, _)| essence.trim_end_matches(' '))
}

/// Returns whether a browser that opens a file of this type may run scripts in it. A text that is no type counts as one that can.
#[must_use]
pub fn can_carry_scripts(content_type: &str) -> bool {
    let passive = FileType::new(content_type).ok().filter(|file_type| {
        let media_type = MediaType::new(&file_type.essence.to_ascii_lowercase());
        media_type.is_some_and(|media_type| !media_type.is_active())
    });
    passive.is_none()
}

impl<'a> FileType<'a> {
    /// Checks the parameters; the rest is for the caller to compare.
    ///
    /// # Errors
    ///
    /// [`Denial::InvalidArgument`].
    pub(crate) fn new(text: &'a str) -> Result<Self, Denial> {
        let essence = essence(text);
        if text.strip_prefix(essence).is_some_and(are_parameters) {
            return Ok(Self { text, essence });
        }
        let why = "has malformed parameters: expected a type such as text/plain;charset=utf-8, with at most 255 bytes of parameters";
        Err(Denial::InvalidArgument { name: "type", why: why.into() })
    }

    /// Returns whether it is the type of this name, which need not have parameters.
    pub(crate) fn is(self, name: &str) -> bool {
        name.eq_ignore_ascii_case(self.essence) || name.eq_ignore_ascii_case(self.text)
    }

    /// Converts it to the value to sign: as it was sent, or as the rule spells it if it has no parameters.
    pub(crate) fn to_header_value(self, of_rule: &MediaType) -> HeaderValue {
        let text = if self.text == self.essence { of_rule.as_str() } else { self.text };
        HeaderValue::new(text).expect("a type has only printable ASCII")
    }
}

/// A position in parameters.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Position {
    /// After the type or a parameter, where a semicolon may follow.
    End,
    Semicolon,
    Name,
    EqualsSign,
    Value,
    Quoted,
    Backslash,
}

/// Returns whether a text is `*( OWS ";" OWS [ parameter ] )`, and changes the type for no reader.
///
/// Browsers write commas without quotes, as in `codecs=vp9,opus`. But whoever splits a header at its commas would find a
/// second type in `;a=b,text/html`, and browsers use the last one. So no parameters have both a comma and a slash. There is
/// no `{` either, since S3 replaces `${filename}` in every field of a form.
fn are_parameters(text: &str) -> bool {
    if text.len() > MAX_PARAMETERS {
        return false;
    }
    let (mut position, mut has_comma, mut has_slash) = (Position::End, false, false);
    for b in text.bytes() {
        has_comma |= b == b',';
        has_slash |= b == b'/';
        position = match (position, b) {
            (Position::End | Position::Value, b' ') | (Position::Quoted, b'"') => Position::End,
            (Position::End | Position::Semicolon | Position::Value, b';')
            | (Position::Semicolon, b' ') => Position::Semicolon,
            (Position::Semicolon | Position::Name, b) if is_token(b) => Position::Name,
            (Position::Name, b'=') => Position::EqualsSign,
            (Position::EqualsSign | Position::Value, b) if is_token(b) || b == b',' => {
                Position::Value
            }
            (Position::Quoted, b'\\') => Position::Backslash,
            (Position::EqualsSign, b'"')
            | (Position::Quoted, b' '..=b'z' | b'|'..=b'~')
            | (Position::Backslash, b' '..=b'~') => Position::Quoted,
            _ => return false,
        };
    }
    matches!(position, Position::End | Position::Semicolon | Position::Value)
        && !(has_comma && has_slash)
        && !text.ends_with(' ')
}

const fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric()
        || matches!(b, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_types_as_browsers_and_programs_name_them() {
        for (sent, without) in [
            ("image/png", "image/png"),
            ("video/webm;codecs=vp9,opus", "video/webm"), // transloadit/uppy#2740
            ("video/webm; codecs=\"vp8, opus\"", "video/webm"), // transloadit/uppy#1988
            ("video/x-matroska;codecs=avc1,opus", "video/x-matroska"), // uploadcare/uploadcare-widget#513
            ("audio/mp4; codecs=\"mp4a.40.2\"", "audio/mp4"),          // wmik/use-media-recorder#18
            // https://developer.mozilla.org/en-US/docs/Web/API/MediaRecorder/mimeType
            ("audio/webm;codecs=opus", "audio/webm"),
            ("audio/ogg; codecs=opus", "audio/ogg"),
            // RFC 6381 section 3.6
            ("video/mp4; codecs=\"avc1.640028, mp4a.40.2\"", "video/mp4"),
            ("video/mp4;codecs=avc1.42000a,mp4a.40.2", "video/mp4"),
            // RFC 9110 section 8.3.1: these are equal
            ("text/html;charset=utf-8", "text/html"),
            ("Text/HTML;Charset=\"utf-8\"", "Text/HTML"),
            ("text/html; charset=\"utf-8\"", "text/html"),
            ("text/html;charset=UTF-8", "text/html"),
            // RFC 4180 section 3
            ("text/csv; charset=utf-8; header=present", "text/csv"),
            // RFC 7763 section 2
            ("text/markdown; charset=UTF-8; variant=GFM", "text/markdown"),
            // https://www.w3.org/TR/json-ld11/#iana-considerations
            (
                "application/ld+json;profile=\"http://www.w3.org/ns/json-ld#compacted\"",
                "application/ld+json",
            ),
            // RFC 9110 section 5.6.6 allows empty parameters
            ("image/png;", "image/png"),
            ("image/png ;; a=b", "image/png"),
            ("text/plain;title=\"a \\\"b\\\"; c\"", "text/plain"),
        ] {
            let file_type = FileType::new(sent).unwrap_or_else(|denial| panic!("{sent}: {denial}"));
            assert_eq!(file_type.essence, without, "{sent}");
            assert!(file_type.is(without) && file_type.is(sent), "{sent}");
            assert!(!file_type.is("text/richtext"), "{sent}");
        }
    }

    #[test]
    fn refuses_parameters_that_some_reader_takes_for_another_type() {
        for sent in [
            "image/png;,text/html",
            "image/png;a=b,text/html",
            "image/png;a=\"b,text/html\"",
            "image/png;a=\"b\\\",text/html",
            "image/png;a=b, text/html;charset=utf-8",
            "image/png;a=\"b\",text/html",
            "image/png;a=b text/html",
            "image/png;a=\"${filename}\"",
            "image/png;text/html",
            "image/png;a",
            "image/png;a=",
            "image/png;=b",
            "image/png;a =b",
            "image/png;a= b",
            "image/png;a=\"b",
            "image/png;a=\"b\\",
            "image/png;a=\"b\"c",
            "image/png;a=b;c/d=e",
            "image/png; ",
            "image/png;a=b ",
            "image/png;a=b\r\nx: y",
            "image/png;a=\"\t\"",
            "image/png;a=\"\u{fc}\"",
            "image/png;a=\u{fc}",
            "image/png\t;a=b",
            "image/png;a=b\0",
        ] {
            let accepted = FileType::new(sent).is_ok_and(|file_type| file_type.is("image/png"));
            assert!(!accepted, "{sent:?}");
        }
        // The first is google/WebFundamentals#3429.
        for sent in [
            "video/webm, codecs=vp8",
            "image/png, text/html",
            "image/png,text/html;a=b",
            " image/png",
            "image/png ",
        ] {
            let accepts =
                |file_type: FileType<'_>| file_type.is("image/png") || file_type.is("video/webm");
            assert!(!FileType::new(sent).is_ok_and(accepts), "{sent}");
        }
    }

    #[test]
    fn bounds_the_parameters() {
        let of = |len: usize| format!("image/png;a={}", "b".repeat(len - 3));
        assert!(FileType::new(&of(MAX_PARAMETERS)).is_ok());
        assert!(FileType::new(&of(MAX_PARAMETERS + 1)).is_err());
    }

    #[test]
    fn signs_parameters_as_sent_and_a_type_without_them_as_the_rule_spells_it() {
        let of_rule = MediaType::new("image/png").unwrap();
        for (sent, signed) in [
            ("image/png", "image/png"),
            ("Image/PNG", "image/png"),
            ("image/png;charset=binary", "image/png;charset=binary"),
            ("image/png ; Charset=\"Binary\"", "image/png ; Charset=\"Binary\""),
        ] {
            let value = FileType::new(sent).unwrap().to_header_value(&of_rule);
            assert_eq!(value.as_str(), signed);
        }
    }
}
