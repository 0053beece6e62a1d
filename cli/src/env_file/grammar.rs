//! The grammar of `.dev.vars`: that of `dotenv` 16.3.1, which wrangler bundles. Nothing is expanded.
//!
//! Spec: <https://github.com/motdotla/dotenv/blob/v16.3.1/lib/main.js>

use alloc::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

/// `dotenv`'s expression for a line, with JavaScript's `\s`, `\w` and `.` written out. A quoted value can have several
/// lines. Rust's engine prefers the same alternatives as JavaScript's.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    let s = r"[\t\n\x0b\x0c\r \u{a0}\u{1680}\u{2000}-\u{200a}\u{202f}\u{205f}\u{3000}\u{feff}]";
    let value = r#"'(?:\\'|[^'])*'|S*"(?:\\"|[^"])*"|S*`(?:\\`|[^`])*`|[^#\r\n]+"#.replace('S', s);
    let name = format!("(?:export{s}+)?([A-Za-z0-9_.-]+)(?:{s}*={s}*?|:{s}+?)");
    let pattern = format!(r"(?m)^{s}*{name}({s}*{value})?{s}*(?:#[^\r\n]*)?$");
    Regex::new(&pattern).expect("the expression is constant")
});

/// A value, and the line of its name.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Entry {
    pub(crate) value: String,
    /// Counted from 1.
    pub(crate) line: usize,
}

/// Text that wrangler would read differently than its author means, or that only JavaScript reads.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Malformed {
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) why: &'static str,
}

/// Reads names and values. The last value of a name counts, and what is not a `NAME=value` line is skipped.
///
/// # Errors
///
/// [`Malformed`] for a value that begins with a quote and does not end with it, and for U+2028 and U+2029, which end lines
/// in JavaScript.
pub(crate) fn parse(text: &str) -> Result<BTreeMap<String, Entry>, Malformed> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if let Some(at) = text.find(['\u{2028}', '\u{2029}']) {
        let why = "it has the character U+2028 or U+2029, which ends a line";
        return Err(Malformed { line: line_of(&text, at), why });
    }
    let mut entries = BTreeMap::new();
    for found in LINE.captures_iter(&text) {
        let Some(name) = found.get(1) else { continue };
        let line = line_of(&text, name.start());
        let value = found.get(2).map_or("", |value| value.as_str());
        let value = unquoted(value).ok_or(Malformed {
            line,
            why: "the value begins with a quote, and does not end with it",
        })?;
        entries.insert(name.as_str().to_owned(), Entry { value, line });
    }
    Ok(entries)
}

/// The value without white space and quotes around it. Only double quotes have the escapes `\n` and `\r`.
fn unquoted(value: &str) -> Option<String> {
    let value = value.trim_matches(is_space);
    let Some(quote) = value.chars().next().filter(|first| matches!(first, '\'' | '"' | '`')) else {
        return Some(value.to_owned());
    };
    let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
    Some(match quote {
        '"' => inner.replace(r"\n", "\n").replace(r"\r", "\r"),
        _ => inner.to_owned(),
    })
}

/// White space for JavaScript's `trim`.
fn is_space(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values are those of `unstable_getVarsForDev` of wrangler 4.155.
    #[test]
    fn reads_what_wrangler_reads() {
        for (text, expected) in [
            // https://github.com/cloudflare/cloudflare-docs/pull/15101
            ("S=123#456", "123"),
            ("S=\"123#456\"", "123#456"),
            ("S=abc#def", "abc"),
            ("S=ab$cd", "ab$cd"),
            ("S=${HOME}", "${HOME}"),
            ("S='ab$cd'", "ab$cd"),
            // https://github.com/dmno-dev/varlock/pull/915
            (r#"S="a\"b""#, r#"a\"b"#),
            (r"S='a\'b'", r"a\'b"),
            (r#"S='{"a":"b"}'"#, r#"{"a":"b"}"#),
            (r#"S={"foo": "bar"}"#, r#"{"foo": "bar"}"#),
            ("S=`it's \"so\"`", "it's \"so\""),
            // https://github.com/bkeepers/dotenv/issues/21
            ("S=\"-----BEGIN\nabc\n-----END\"", "-----BEGIN\nabc\n-----END"),
            (r#"S="-----BEGIN\nabc\n-----END""#, "-----BEGIN\nabc\n-----END"),
            (r"S='a\nb'", r"a\nb"),
            (r"S=a\nb", r"a\nb"),
            ("export S=a", "a"),
            ("S: a", "a"),
            ("S = a b  # c", "a b"),
            ("S=", ""),
            ("S", ""),
            ("S=\nT=b", ""),
            ("S=a\r\nT=b\r\n", "a"),
            ("S=a\rT=b", "a"),
            ("S=a\nS=b", "b"),
            ("# S=b\nS=a", "a"),
            ("\u{feff}S=a", "a"),
            ("S=\"a\" # \"b\"", "a"),
            ("S=a\"b\"", "a\"b\""),
            ("S=\u{a0}a\u{a0}", "a"),
        ] {
            let entries = parse(text).unwrap();
            let found = entries.get("S").map_or("", |entry| entry.value.as_str());
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn names_the_line_of_what_it_refuses() {
        for (text, line) in [
            ("A=b\nS=\"abc\nT=d", 2),
            ("\n\nS='abc\"", 3),
            ("S=`", 1),
            ("S=\"a\"b", 1),
            ("A='x\ny'\r\nS=a\u{2028}b", 3),
        ] {
            assert_eq!(parse(text).map_err(|error| error.line), Err(line), "{text:?}");
        }
    }
}
