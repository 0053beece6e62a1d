//! Finds the URLs in a text, also where line breaks divide them.

use super::Undone;
use super::progress::Progress;
use crate::link::MAX_URL;

/// Longest key that is searched for spaces, in bytes.
const MAX_KEY: usize = 1_024;

/// The beginnings of a query with a signature.
const SIGNED_QUERIES: [&str; 4] = ["?x-amz-", "?x-goog-", "?awsaccesskeyid=", "?x-id="];

/// A URL in a text.
pub(super) struct Found {
    pub(super) url: String,
    pub(super) undone: Option<Undone>,
}

/// The URLs in a text, from the first to the last.
pub(super) fn all(text: &str) -> impl Iterator<Item = Found> {
    let (mut at, is_block) = (0, is_block(text));
    core::iter::from_fn(move || {
        let start = at + next_start(text.get(at..)?)?;
        let before = text.get(..start)?;
        let rest = text.get(start..)?;
        let reader = Reader { closer: closer(before), is_block, ..Reader::default() };
        let (mut found, length) = reader.read(rest);
        at = start + length.max("http".len());
        let is_alone = before.trim().is_empty() && rest.get(length..)?.trim().is_empty();
        if !is_alone {
            trim_punctuation(&mut found.url);
        }
        Some(found)
    })
}

/// Where the next `http://`, `https://` or `https:\/\/` begins.
fn next_start(text: &str) -> Option<usize> {
    text.match_indices(':').find_map(|(colon, _)| {
        let (before, after) = text.split_at_checked(colon)?;
        let is_url = [":/", r":\/", r":\u002f"].iter().any(|slash| after.starts_with(slash));
        let scheme = |name: &str| {
            let start = colon.checked_sub(name.len())?;
            before.get(start..)?.eq_ignore_ascii_case(name).then_some(start)
        };
        is_url.then(|| scheme("https").or_else(|| scheme("http"))).flatten()
    })
}

/// The character that ends a URL after this text.
fn closer(before: &str) -> Option<char> {
    Some(match before.chars().next_back()? {
        '(' => ')',
        '<' => '>',
        '[' => ']',
        '{' => '}',
        '\'' => '\'',
        '|' => '|',
        _ => return None,
    })
}

/// Removes the punctuation of the sentence around a URL.
fn trim_punctuation(url: &mut String) {
    let is_unpaired =
        |url: &str| url.ends_with(')') && url.matches(')').count() > url.matches('(').count();
    while url.ends_with(['.', ',', ';', ':', '!', '?', '\'', '*', ']', '}']) || is_unpaired(url) {
        url.pop();
    }
}

/// Reads one URL.
#[derive(Default)]
struct Reader {
    closer: Option<char>,
    /// Whether the text is one URL in several lines.
    is_block: bool,
    url: String,
    undone: Option<Undone>,
    progress: Progress,
    /// The length of the first line, and where the current line begins in the URL.
    width: Option<usize>,
    line_start: usize,
    /// Open parentheses in the URL.
    depth: usize,
    /// How far spaces belong to the path; `None` until it is known.
    path_until: Option<usize>,
}

impl Reader {
    /// Reads the URL at the start of a text, and its length in the text.
    fn read(mut self, text: &str) -> (Found, usize) {
        let mut at = 0;
        while let Some(next) = text.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = text.get(at..).unwrap_or_default();
            if next.is_whitespace() || is_continued_line(rest) {
                let Some(length) = self.space(text, at) else { break };
                at += length;
                continue;
            }
            if self.is_end(next, rest) || self.url.len() > MAX_URL {
                break;
            }
            self.url.push(next);
            at += next.len_utf8();
        }
        (Found { url: self.url, undone: self.undone }, at)
    }

    fn is_end(&mut self, next: char, rest: &str) -> bool {
        match next {
            '(' => self.depth += 1,
            ')' if self.depth > 0 => {
                self.depth -= 1;
                return false;
            }
            _ => {}
        }
        let is_quote =
            matches!(next, '"' | '<' | '>' | '`' | '\u{ab}' | '\u{bb}' | '\u{2018}'..='\u{201f}');
        let is_label = next == '|' && self.closer == Some('>');
        let is_escaped = ["&quot;", "&#34;", "&#39;", "&lt;", "&gt;", "\\\""];
        is_quote
            || is_label
            || next.is_control()
            || Some(next) == self.closer
            || is_escaped.iter().any(|escape| rest.starts_with(escape))
    }

    /// Decides whether the URL goes on after white space, and returns how much to skip; `None` if it does not.
    fn space(&mut self, text: &str, at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        let gap = gap(rest);
        let is_line_end = rest.get(..gap)?.contains(['\r', '\n']);
        if !is_line_end && !self.url.contains('?') && at < self.path_until(text, at) {
            self.url.push_str(&"%20".repeat(gap));
            self.undone = self.undone.take().or(Some(Undone::Space));
            return Some(gap);
        }
        let token = rest.get(gap..)?.split(char::is_whitespace).next()?;
        self.progress.read(&self.url);
        self.goes_on(token, is_line_end).then(|| {
            self.undone = Some(Undone::LineBreak);
            self.width.get_or_insert(self.url.len());
            self.line_start = self.url.len();
            gap
        })
    }

    fn goes_on(&self, token: &str, is_line_end: bool) -> bool {
        if token.is_empty() || !token.is_ascii() || token.contains("://") || token.contains(r":\/")
        {
            return false;
        }
        let has_url_letters = token.contains(['=', '&', '%', '/', '?']);
        let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        // A line as long as the first was cut, so its end says nothing.
        let is_cut = self.width == Some(self.url.len() - self.line_start);
        // Signatures of HMAC are complete; a checksum in the next line is no part of them.
        let has_long_signature = ["-RSA-", "-ECDSA-"].iter().any(|name| self.url.contains(name));
        if self.progress.is_complete(&self.url) {
            let goes_on = token.starts_with('&')
                || self.url.ends_with(['&', '=', '%'])
                || (token.contains('&') && token.contains('='))
                || (has_long_signature && is_hex(token))
                || is_cut;
            return goes_on && is_line_end;
        }
        let is_signed = self.progress.is_signed();
        let is_signed_later =
            token.to_ascii_lowercase().contains("x-amz-") || token.contains("Signature=");
        let has_query = self.url.contains('?');
        if is_line_end {
            return self.is_block
                || (has_query && has_url_letters)
                || is_signed
                || is_signed_later
                || self.url.ends_with(['?', '&', '=']);
        }
        let is_piece = has_url_letters || is_hex(token);
        has_query && (is_signed || is_signed_later) && is_piece
    }

    /// The position of the signed query that follows in this line, so that spaces before it are part of the key.
    fn path_until(&mut self, text: &str, at: usize) -> usize {
        *self.path_until.get_or_insert_with(|| {
            let rest = text.get(at..).unwrap_or_default();
            let mut end = rest.len().min(MAX_KEY);
            while !rest.is_char_boundary(end) {
                end -= 1;
            }
            let key = rest.get(..end).unwrap_or_default();
            let key = key.split("://").next().unwrap_or_default();
            let key = key.split(['\r', '\n']).next().unwrap_or_default();
            let query = key.find('?').filter(|query| {
                let query = key.get(*query..).unwrap_or_default().to_ascii_lowercase();
                SIGNED_QUERIES.iter().any(|start| query.starts_with(start))
            });
            query.map_or(0, |query| at + query)
        })
    }
}

/// The length of white space, with the marks of a quoted mail (`> `) and of a continued line (`\`, `^`).
fn gap(text: &str) -> usize {
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '>' | '\\' | '^');
    let mut length = 0;
    let mut is_new_line = false;
    for c in text.chars() {
        is_new_line |= matches!(c, '\r' | '\n');
        let belongs = c.is_whitespace() || (is_mark(c) && (is_new_line || length == 0));
        // A second line end is a paragraph.
        if !belongs || (c == '\n' && text.get(..length).unwrap_or_default().contains('\n')) {
            break;
        }
        length += c.len_utf8();
    }
    length
}

/// Whether a line ends in the mark of a shell that it goes on.
fn is_continued_line(text: &str) -> bool {
    let after = text.strip_prefix(['\\', '^']);
    after.is_some_and(|after| after.starts_with(['\r', '\n']))
}

/// Whether no line has spaces, so that all are pieces of one URL.
fn is_block(text: &str) -> bool {
    let lines = text.lines().map(|line| line.trim_start_matches(['>', ' ', '\t']).trim_end());
    let mut lines =
        lines.take_while(|line| !line.is_empty() && !line.contains(char::is_whitespace));
    text.len() <= 4 * MAX_URL && lines.by_ref().count() == text.lines().count()
}
