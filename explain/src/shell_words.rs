//! Splits a command into words, as a shell does: up to the first `&`, `;`, `|` or line break outside of quotes.
//!
//! `shlex` splits words and removes quotes. What it does not know is done before: `$'...'` of Bash, `^` of Windows' cmd,
//! and where the command ends.

use core::str::Chars;

/// The words of a command, and the text after it.
pub(crate) struct Command<'t> {
    pub(crate) words: Vec<String>,
    pub(crate) rest: &'t str,
}

/// Splits the command that a text begins with; `None` if a quote is not closed.
pub(crate) fn split(text: &str) -> Option<Command<'_>> {
    if text.contains("^\"") || text.contains("^\r\n") || text.contains("^\n") {
        let words = shlex::split(&without_carets(text))?;
        return Some(Command { words, rest: "" });
    }
    let mut chars = text.chars();
    let mut command = String::new();
    while let Some(next) = chars.next() {
        match next {
            '&' | ';' | '|' | '<' | '>' | '\n' => break,
            '$' if chars.as_str().starts_with('\'') => {
                chars.next();
                command.push_str(&shlex::try_quote(&ansi_c(&mut chars)?).ok()?);
            }
            '\'' | '"' => copy_quoted(next, &mut chars, &mut command)?,
            '\\' => match chars.next() {
                Some('\r') if chars.as_str().starts_with('\n') => _ = chars.next(),
                Some('\n') | None => {}
                Some(escaped) => command.extend(['\\', escaped]),
            },
            other => command.push(other),
        }
    }
    Some(Command { words: shlex::split(&command)?, rest: chars.as_str() })
}

/// Copies a text in quotes, with the quotes; `None` if they are not closed.
fn copy_quoted(quote: char, chars: &mut Chars, command: &mut String) -> Option<()> {
    command.push(quote);
    loop {
        let next = chars.next()?;
        command.push(next);
        if next == quote {
            return Some(());
        }
        if next == '\\' && quote == '"' {
            command.push(chars.next()?);
        }
    }
}

/// Decodes the text of `$'...'` up to its end: <https://www.gnu.org/software/bash/manual/html_node/ANSI_002dC-Quoting.html>.
fn ansi_c(chars: &mut Chars) -> Option<String> {
    let mut text = String::new();
    loop {
        match chars.next()? {
            '\'' => return Some(text),
            '\\' => match chars.next()? {
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                'x' => text.push(code(chars, 16, 2)?),
                'u' => text.push(code(chars, 16, 4)?),
                'U' => text.push(code(chars, 16, 8)?),
                first @ '0'..='7' => {
                    let first = first.to_digit(8)?;
                    let more = digits(chars, 8, 2);
                    let rest = u32::from_str_radix(more, 8).unwrap_or(0);
                    text.push(char::from_u32((first << (3 * more.len())) + rest)?);
                }
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
}

fn code(chars: &mut Chars, radix: u32, most: usize) -> Option<char> {
    char::from_u32(u32::from_str_radix(digits(chars, radix, most), radix).ok()?)
}

/// Takes at most this many digits.
fn digits<'c>(chars: &mut Chars<'c>, radix: u32, most: usize) -> &'c str {
    let text = chars.as_str();
    let count = text.chars().take(most).take_while(|c| c.is_digit(radix)).count();
    let (digits, rest) = text.split_at_checked(count).unwrap_or_default();
    *chars = rest.chars();
    digits
}

/// Undoes the escapes of cmd: `^` before a character, and before two line ends for one.
fn without_carets(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let (mut chars, mut plain) = (text.chars(), String::new());
    while let Some(next) = chars.next() {
        if next != '^' {
            plain.push(next);
            continue;
        }
        match chars.next() {
            Some('\n') if chars.as_str().starts_with('\n') => {
                chars.next();
                plain.push('\n');
            }
            Some('\n') => plain.push(' '),
            escaped => plain.extend(escaped),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Option<Vec<String>> {
        split(text).map(|command| command.words)
    }

    #[test]
    fn splits_as_a_shell_does() {
        for (text, expected) in [
            (
                "curl 'a b' -H \"c: \\\"d\\\"\" e\\ f",
                Some(&["curl", "a b", "-H", "c: \"d\"", "e f"][..]),
            ),
            (r"curl $'a\u0021\'b\n\x41\101' c", Some(&["curl", "a!'b\nAA", "c"])),
            ("curl \\\n  a \\\r\n b\nnext", Some(&["curl", "a", "b"])),
            ("curl http://a/?b=1&c=2", Some(&["curl", "http://a/?b=1"])),
            ("curl a | jq .", Some(&["curl", "a"])),
            (
                "curl ^\"http://a/?b=1^&c=%^2F^\" ^\n -H ^\"d: ^\\^\"e^\\^\"^\"",
                Some(&["curl", "http://a/?b=1&c=%2F", "-H", "d: \"e\""]),
            ),
            ("curl 'a", None),
            (r"curl $'a\uD800'", None),
        ] {
            let expected = expected.map(|words| words.iter().map(ToString::to_string).collect());
            assert_eq!(words(text), expected, "{text}");
        }
        assert_eq!(split("curl a\n<Error>").unwrap().rest, "<Error>");
    }
}
