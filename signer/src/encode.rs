//! The two encodings a signature is sensitive to.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use core::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};

/// All but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// Encodes a query name or value: every byte but `A-Za-z0-9-._~` becomes `%XY`.
pub(crate) fn query(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, RESERVED)
}

/// Encodes an object key as a path: like [`query`], but `/` stays.
pub(crate) fn path(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, RESERVED_IN_PATH)
}

/// Encodes a path that was decoded, whether or not it is UTF-8.
#[cfg(feature = "verify")]
pub(crate) fn path_bytes(bytes: &[u8]) -> PercentEncode<'_> {
    percent_encoding::percent_encode(bytes, RESERVED_IN_PATH)
}

/// How long [`query`] makes a text, in bytes; [`path`] makes it no longer.
pub(crate) fn query_len(text: &str) -> usize {
    let stays = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    text.bytes().map(|b| if stays(b) { 1 } else { 3 }).sum()
}

/// A hash in lower-case hexadecimal digits.
pub(crate) struct Hex([u8; 64]);

impl Hex {
    pub(crate) fn new(hash: &[u8; 32]) -> Self {
        let mut digits = [0; 64];
        for (pair, byte) in digits.as_chunks_mut().0.iter_mut().zip(hash) {
            *pair = [digit(byte >> 4), digit(byte & 15)];
        }
        Self(digits)
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

const fn digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' - 10 + nibble }
}

/// A text as JSON writes it: quoted, and in ASCII alone, as Python's `json.dumps` does.
///
/// ASCII is what every server reads alike, and makes a policy equal to boto3's, byte for byte.
pub(crate) struct Json<'a>(pub(crate) &'a str);

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for c in self.0.chars() {
            match c {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '\u{8}' => f.write_str("\\b")?,
                '\u{c}' => f.write_str("\\f")?,
                ' '..='~' => fmt::Write::write_char(f, c)?,
                _ => c
                    .encode_utf16(&mut [0; 2])
                    .iter()
                    .try_for_each(|unit| write!(f, "\\u{unit:04x}"))?,
            }
        }
        f.write_str("\"")
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString as _;

    use super::*;

    #[test]
    fn encodes_once() {
        assert_eq!(path("a b/+%~//ü?#[]").to_string(), "a%20b/%2B%25~//%C3%BC%3F%23%5B%5D");
        assert_eq!(query("a/b=c&d").to_string(), "a%2Fb%3Dc%26d");
    }

    #[test]
    fn writes_hexadecimal_digits() {
        let hash = core::array::from_fn(|i| u8::try_from(i * 8 + i % 8).unwrap());
        let expected = hash.map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(Hex::new(&hash).as_str(), expected);
    }

    #[test]
    fn knows_the_length_beforehand() {
        for text in ["", "a b/+%~//ü?#[]", "AKIA-._~"] {
            assert_eq!(query_len(text), query(text).to_string().len(), "{text}");
        }
    }

    #[test]
    fn writes_json_in_ascii() {
        assert_eq!(Json("a\"\\\n\u{7f}é🦀").to_string(), r#""a\"\\\n\u007f\u00e9\ud83e\udd80""#);
    }
}
