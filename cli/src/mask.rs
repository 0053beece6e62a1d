//! Masks secrets in excerpts of the configuration, in case a secret was pasted in place of its name.

use core::ops::Range;

use rules::Rules;
use serde_json::{Map, Value};

use crate::lint;
use crate::wrangler::Wrangler;

/// The text with `*` for each character that may be part of a secret, so that no position changes.
pub(crate) fn secrets(text: &str, vars: &Map<String, Value>, wrangler: &Wrangler<'_>) -> String {
    let mut places: Vec<String> =
        vars.keys().filter(|name| lint::names_a_secret(name)).cloned().collect();
    // The table `ISSUER` has no entries: its `keys` are the names.
    if vars.get("ISSUER").and_then(|table| table.get("keys")).is_some_and(|keys| !are_names(keys)) {
        places.push("ISSUER.keys".into());
    }
    for (var, entries) in vars.iter().filter(|(name, _)| Rules::is_var(name)) {
        for (name, entry) in entries.as_object().into_iter().flatten() {
            let keys = ["credentials", "credentials/secret", "secret"].into_iter();
            let pasted = keys.filter(|key| {
                entry.pointer(&format!("/{key}")).is_some_and(|value| !are_names(value))
            });
            places.extend(pasted.map(|key| format!("{var}.{name}.{}", key.replace('/', "."))));
            let notify = entry.get("notify").and_then(|notify| notify.get("secret"));
            if notify.is_some_and(|value| !are_names(value)) {
                places.push(format!("{var}.{name}.notify.secret"));
            }
            // The address of a webhook can contain a token.
            let has_token = |value: Option<&Value>| {
                value.and_then(Value::as_str).is_some_and(|url| url.contains(['@', '?']))
            };
            if has_token(entry.get("notify")) {
                places.push(format!("{var}.{name}.notify"));
            }
            if has_token(entry.get("notify").and_then(|notify| notify.get("url"))) {
                places.push(format!("{var}.{name}.notify.url"));
            }
        }
    }
    let spans = places.iter().map(|place| wrangler.span(&format!("vars.{place}")));
    spans.fold(text.to_owned(), |text, span| masked(&text, &span))
}

/// The text of a file that cannot be parsed, with every string masked.
pub(crate) fn all_strings(text: &str) -> String {
    let line = |line: &str| {
        let quote = line.find(['"', '\'']).unwrap_or(line.len());
        masked(line, &(quote..line.trim_end().len()))
    };
    text.split_inclusive('\n').map(line).collect()
}

/// Whether a value is the name of a secret, or a list of names.
fn are_names(value: &Value) -> bool {
    let list = value.as_array().map_or(core::slice::from_ref(value), Vec::as_slice);
    list.iter().filter_map(Value::as_str).all(is_name)
}

/// The name of a secret, or the first part of one; an access key's id has the same characters.
fn is_name(text: &str) -> bool {
    let spelled = text.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'_'));
    spelled && !["AKIA", "ASIA"].iter().any(|start| text.starts_with(start))
}

/// Replaces each byte in the span by `*`, except quotes and line ends.
fn masked(text: &str, span: &Range<usize>) -> String {
    let (before, rest) = text.split_at_checked(span.start).unwrap_or((text, ""));
    let (inside, after) = rest.split_at_checked(span.len()).unwrap_or((rest, ""));
    let star = |c: char| match c {
        '"' | '\'' | '\n' => String::from(c),
        _ => "*".repeat(c.len_utf8()),
    };
    format!("{before}{}{after}", inside.chars().map(star).collect::<String>())
}
