//! Words of a POSIX shell.

use core::fmt::Write as _;

use crate::failure::Failure;
use crate::terminal::is_printable;

/// Quotes a text as one word. Characters that a terminal does not show are written as escapes for `printf`, since a quoted
/// word has none.
///
/// # Errors
///
/// A usage error for U+0000, which no word can have, and for a line end after such characters at the end, which `$(...)`
/// removes.
pub(super) fn quoted(text: &str) -> Result<String, Failure> {
    if is_printable(text) {
        return Ok(format!("'{}'", text.replace('\'', r"'\''")));
    }
    if text.contains('\0') || text.ends_with('\n') {
        return Err(Failure::usage(
            "a shell cannot pass a value that has U+0000, or ends with a line end after control characters",
        )
        .hint("use --output json"));
    }
    let mut format = String::new();
    for c in text.chars() {
        match c {
            '\'' => format.push_str(r"'\''"),
            '\\' => format.push_str(r"\\"),
            '%' => format.push_str("%%"),
            c if is_printable(c.encode_utf8(&mut [0; 4])) => format.push(c),
            c => c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| {
                let _ = write!(format, "\\{byte:03o}");
            }),
        }
    }
    Ok(format!("\"$(printf '{format}')\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_quoted_once() {
        for (text, expected) in [
            ("a b", "'a b'"),
            ("it's $HOME \\", r"'it'\''s $HOME \'"),
            ("a\x7fb", r#""$(printf 'a\177b')""#),
            ("100%\x1b\\'", r#""$(printf '100%%\033\\'\''')""#),
            ("\u{202e}", r#""$(printf '\342\200\256')""#),
            ("a\n", "'a\n'"),
        ] {
            assert_eq!(quoted(text).as_deref(), Ok(expected));
        }
        assert!(quoted("a\0").is_err() && quoted("\x1b\n").is_err());
    }
}
