//! Escapes of HTML, JSON, shells and mail in a link.

use alloc::borrow::Cow;

use html5gum::{Token, Tokenizer};
use percent_encoding::percent_decode_str;
use quoted_printable::ParseMode;

use super::{MAX_DEPTH, Undone};

/// The escapes of `&` in HTML that are found in links.
const AMPERSANDS: [&str; 4] = ["&amp;", "&#38;", "&#038;", "&#x26;"];

/// Parts of a signature whose value never begins with `3D`. Signatures and access key ids may.
const QUOTED_PRINTABLE: [&str; 4] = ["algorithm=3d", "date=3d", "expires=3d", "signedheaders=3d"];

/// Removes the escapes of HTML, JSON and shells from a link.
pub(super) fn removed(mut text: String, undone: &mut Vec<Undone>) -> String {
    let mut note = |escape| {
        if !undone.contains(&escape) {
            undone.push(escape);
        }
    };
    if let Cow::Owned(decoded) = from_quoted_printable(&text) {
        note(Undone::QuotedPrintable);
        text = decoded;
    }
    for _ in 0..MAX_DEPTH {
        if let Some(start) = text.strip_prefix('"') {
            // After the quote may stand the comma of a list.
            text = start.split_once('"').map_or(start, |(quoted, _)| quoted).to_owned();
        }
        if ["^&", "%%"].iter().any(|escape| text.contains(escape)) {
            note(Undone::Command);
            text = text.replace("^&", "&").replace("%%", "%");
        }
        if text.contains('\\') {
            let is_json =
                [r"\u0026", r"\U0026", r"\x26"].iter().any(|escape| text.contains(escape));
            note(if is_json { Undone::JsonEscape } else { Undone::Backslash });
            text = without_backslashes(&text);
        } else if AMPERSANDS.iter().any(|escape| text.contains(escape)) {
            note(Undone::HtmlEscape);
            text = html_unescaped(&text);
        } else {
            break;
        }
    }
    text
}

/// Reads a text as the inside of a JSON string, or else removes the backslashes of a shell or of Markdown.
fn without_backslashes(text: &str) -> String {
    let text =
        text.replace(r"\x26", r"\u0026").replace(r"\x3d", r"\u003d").replace(r"\x3D", r"\u003d");
    let text = text.trim_end_matches('\\');
    let json = serde_json::from_str(&format!("\"{text}\""));
    json.unwrap_or_else(|_| text.replace('\\', ""))
}

/// The value of an attribute with this text. The rules of attributes apply, so that `&copy=1` stays as it is.
fn html_unescaped(text: &str) -> String {
    let tag = format!("<a href=\"{}\">", text.replace('"', "&quot;"));
    let mut tokens = Tokenizer::new(tag.as_str());
    let href = tokens.find_map(|Ok(token)| match token {
        Token::StartTag(tag) => tag.attributes.get("href".as_bytes()).map(|value| value.to_vec()),
        _ => None,
    });
    href.map_or(text.to_owned(), |href| String::from_utf8_lossy(&href).into_owned())
}

/// Decodes a text that is in quoted-printable or percent-encoded as a whole; `None` if it is neither.
pub(super) fn decoded(text: &str) -> Option<(String, Undone)> {
    if let Cow::Owned(text) = from_quoted_printable(text) {
        return Some((text, Undone::QuotedPrintable));
    }
    let is_encoded = !text.contains("://") && {
        let text = text.to_ascii_lowercase();
        ["http%3a%2f%2f", "https%3a%2f%2f"].iter().any(|start| text.contains(start))
    };
    is_encoded
        .then(|| (percent_decode_str(text).decode_utf8_lossy().into_owned(), Undone::Encoding))
}

/// Decodes a text that has a signed link in quoted-printable.
pub(crate) fn from_quoted_printable(text: &str) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    if !QUOTED_PRINTABLE.iter().any(|part| lower.contains(part)) {
        return text.into();
    }
    match quoted_printable::decode(text.replace("=3d", "=3D"), ParseMode::Robust) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned().into(),
        Err(_) => text.into(),
    }
}
