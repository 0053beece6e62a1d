//! Percent-encoding, hexadecimal digits and JSON, exactly as signatures need them.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use alloc::string::String;

use percent_encoding::percent_encode_byte;

/// The bytes that percent-encoding leaves unchanged. A table, because every byte of a key is looked up.
struct Unencoded([bool; 256]);

static IN_QUERY: Unencoded = Unencoded::unreserved_and(b'~');
static IN_PATH: Unencoded = Unencoded::unreserved_and(b'/');

impl Unencoded {
    /// The unreserved characters of RFC 3986, and one more.
    const fn unreserved_and(extra: u8) -> Self {
        let mut table = [false; 256];
        let mut byte = 0_u8;
        let mut rest = table.as_mut_slice();
        while let Some((first, after)) = rest.split_first_mut() {
            *first = byte.is_ascii_alphanumeric()
                || matches!(byte, b'-' | b'.' | b'_' | b'~')
                || byte == extra;
            byte = byte.wrapping_add(1);
            rest = after;
        }
        Self(table)
    }

    fn contains(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte)).is_some_and(|unencoded| *unencoded)
    }

    /// Appends runs of unencoded bytes at once, which is faster than byte by byte.
    fn push(&self, to: &mut String, text: &str) {
        let mut run = 0;
        for (at, byte) in text.bytes().enumerate() {
            if !self.contains(byte) {
                to.push_str(text.get(run..at).unwrap_or_default());
                to.push_str(percent_encode_byte(byte));
                run = at.saturating_add(1);
            }
        }
        to.push_str(text.get(run..).unwrap_or_default());
    }
}

/// Appends a query's name or value, encoded: every byte except `A-Za-z0-9-._~` becomes `%XY`.
pub(crate) fn push_query(to: &mut String, text: &str) {
    IN_QUERY.push(to, text);
}

/// A query's name or value, encoded.
pub(crate) fn query(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    push_query(&mut encoded, text);
    encoded
}

/// Encoded names and values as a query: `a=1&b=2`.
pub(crate) fn query_string<'t>(parameters: impl IntoIterator<Item = (&'t str, &'t str)>) -> String {
    let mut query = String::new();
    for (name, value) in parameters {
        let separator = if query.is_empty() { "" } else { "&" };
        query.extend([separator, name, "=", value]);
    }
    query
}

/// Appends an object key as a path: like [`push_query`], but `/` stays.
pub(crate) fn push_path(to: &mut String, text: &str) {
    IN_PATH.push(to, text);
}

/// Percent-encodes a decoded path, which need not be UTF-8.
#[cfg(feature = "verify")]
pub(crate) fn path_of(bytes: impl Iterator<Item = u8>) -> String {
    let mut path = String::new();
    bytes.for_each(|byte| match byte {
        byte if IN_PATH.contains(byte) => path.push(byte.into()),
        byte => path.push_str(percent_encode_byte(byte)),
    });
    path
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
    (if nibble < 10 { b'0' } else { b'a' - 10 }).wrapping_add(nibble)
}

/// Appends a JSON string in ASCII only, like Python's `json.dumps`.
///
/// All servers read ASCII the same way, and the policies equal those of boto3, byte for byte.
pub(crate) fn push_json(to: &mut String, text: &str) {
    to.push('"');
    let mut run = 0;
    for (at, c) in text.char_indices() {
        if !matches!(c, ' ' | '!' | '#'..='[' | ']'..='~') {
            to.push_str(text.get(run..at).unwrap_or_default());
            push_escape(to, c);
            run = at.saturating_add(c.len_utf8());
        }
    }
    to.push_str(text.get(run..).unwrap_or_default());
    to.push('"');
}

/// A JSON string as [`push_json`] writes it.
#[cfg(any(feature = "verify", test))]
pub(crate) fn json(text: &str) -> String {
    let mut json = String::new();
    push_json(&mut json, text);
    json
}

/// Appends the escape of a character.
#[inline(never)] // rare
fn push_escape(to: &mut String, c: char) {
    to.push_str(match c {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        _ => return c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| push_unit(to, *unit)),
    });
}

/// Appends the escape of a UTF-16 code unit: `\u00e9`.
fn push_unit(to: &mut String, unit: u16) {
    to.push_str("\\u");
    for byte in unit.to_be_bytes() {
        to.extend([digit(byte >> 4), digit(byte & 15)].map(char::from));
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString as _;

    use super::*;

    #[test]
    fn encodes_once() {
        let mut path = String::new();
        push_path(&mut path, "a b/+%~//ü?#[]é");
        assert_eq!(path, "a%20b/%2B%25~//%C3%BC%3F%23%5B%5D%C3%A9");
        assert_eq!(query("a/b=c&d~"), "a%2Fb%3Dc%26d~");
    }

    #[test]
    fn leaves_unreserved_characters_unencoded() {
        let unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
        for byte in 0..=255 {
            let unreserved = unreserved.bytes().any(|allowed| allowed == byte);
            assert_eq!(IN_QUERY.contains(byte), unreserved, "{byte}");
            assert_eq!(IN_PATH.contains(byte), unreserved || byte == b'/', "{byte}");
        }
    }

    #[test]
    fn writes_hexadecimal_digits() {
        let hash = core::array::from_fn(|i| u8::try_from(i * 8 + i % 8).unwrap());
        let expected = hash.map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(Hex::new(&hash).as_str(), expected);
    }

    #[test]
    fn writes_json_in_ascii() {
        assert_eq!(json("a\"\\\n\u{7f}é🦀"), r#""a\"\\\n\u007f\u00e9\ud83e\udd80""#);
        assert_eq!(json("\r\t\u{8}\u{c}"), r#""\r\t\b\f""#);
        assert_eq!(json(""), r#""""#);
        for c in ' '..='~' {
            let written = if matches!(c, '"' | '\\') { format!("\\{c}") } else { c.to_string() };
            assert_eq!(json(&format!("ü{c}{c}ü")), format!(r#""\u00fc{written}{written}\u00fc""#));
        }
    }
}
