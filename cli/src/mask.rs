//! Excerpts without the secrets that were pasted where only their names belong.

use core::ops::Range;

use serde_json::{Map, Value};

use crate::configured::entries;
use crate::lint;
use crate::wrangler::Wrangler;

/// The text, as long as before, with `*` for what may be a secret.
pub(crate) fn secrets(text: &str, vars: &Map<String, Value>, wrangler: &Wrangler<'_>) -> String {
    let mut places: Vec<String> =
        vars.keys().filter(|name| lint::names_a_secret(name)).cloned().collect();
    for (section, key) in [("BUCKETS", "credentials"), ("CALLERS", "secret")] {
        let pasted = entries(vars, section).into_iter().filter(|entry| {
            let names = entry.text(key).into_iter().chain(entry.texts(key));
            !names.into_iter().all(is_name)
        });
        places.extend(pasted.map(|entry| entry.place_of(key)));
    }
    let spans = places.iter().map(|place| wrangler.span(&format!("vars.{place}")));
    spans.fold(text.to_owned(), |text, span| masked(&text, &span))
}

/// The text of a file that cannot be read, without anything between quotes.
pub(crate) fn all_strings(text: &str) -> String {
    let line = |line: &str| {
        let quote = line.find(['"', '\'']).unwrap_or(line.len());
        masked(line, &(quote..line.trim_end().len()))
    };
    text.split_inclusive('\n').map(line).collect()
}

/// The name of a secret, or the first part of one, has underscores and no digits that matter.
fn is_name(text: &str) -> bool {
    let spelled = text.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
    spelled && !["AKIA", "ASIA"].iter().any(|start| text.starts_with(start))
}

/// Each byte within the span becomes `*`, so that every place stays what it was; quotes and line ends stay.
fn masked(text: &str, span: &Range<usize>) -> String {
    let (before, rest) = text.split_at_checked(span.start).unwrap_or((text, ""));
    let (inside, after) = rest.split_at_checked(span.len()).unwrap_or((rest, ""));
    let star = |c: char| match c {
        '"' | '\'' | '\n' => String::from(c),
        _ => "*".repeat(c.len_utf8()),
    };
    format!("{before}{}{after}", inside.chars().map(star).collect::<String>())
}
