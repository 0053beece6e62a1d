//! The `Content-Disposition` that makes a browser save a file under a name.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc6266>, and <https://www.rfc-editor.org/rfc/rfc8187> for names not in ASCII

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::keys::file_name::FileName;

/// The characters that RFC 8187 encodes in an `ext-value`: all but its `attr-char`.
const NO_ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// `` attachment; filename="Rechnung M_rz.pdf"; filename*=UTF-8''Rechnung%20M%C3%A4rz.pdf ``
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Attachment(String);

impl Attachment {
    /// Writes the name in ASCII, with `_` for other characters; then in full, if that differs.
    pub(crate) fn new(name: &FileName) -> Self {
        Self(write("attachment", name))
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// Writes a `Content-Disposition` of this type with a file's name.
pub(crate) fn write(kind: &str, name: &FileName) -> String {
    let name = name.as_str();
    let ascii: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let extended = if ascii == name {
        String::new()
    } else {
        format!("; filename*=UTF-8''{}", utf8_percent_encode(name, NO_ATTR_CHAR))
    };
    format!("{kind}; filename=\"{ascii}\"{extended}")
}

/// Returns whether all browsers read a character between quotes in the same way. Some decode `%41` to `A`.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~') && !matches!(c, '"' | '\\' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_names_that_any_browser_can_read() {
        for (name, expected) in [
            ("report.pdf", r#"attachment; filename="report.pdf""#),
            ("a b;c,d.pdf", r#"attachment; filename="a b;c,d.pdf""#),
            ("it's.pdf", r#"attachment; filename="it's.pdf""#),
            ("\"x\".pdf", r#"attachment; filename="_x_.pdf"; filename*=UTF-8''%22x%22.pdf"#),
            ("100%.pdf", r#"attachment; filename="100_.pdf"; filename*=UTF-8''100%25.pdf"#),
            (
                "Rechnung März.pdf",
                r#"attachment; filename="Rechnung M_rz.pdf"; filename*=UTF-8''Rechnung%20M%C3%A4rz.pdf"#,
            ),
            (
                "日本 '1'*.txt",
                r#"attachment; filename="__ '1'*.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%20%271%27%2A.txt"#,
            ),
            (
                "🦀!#$&+^`|~.rs",
                r#"attachment; filename="_!#$&+^`|~.rs"; filename*=UTF-8''%F0%9F%A6%80!#$&+^`|~.rs"#,
            ),
        ] {
            assert_eq!(Attachment::new(&FileName::new(name).unwrap()).into_string(), expected);
        }
    }
}
