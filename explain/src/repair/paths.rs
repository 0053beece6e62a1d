//! Paths that were normalized: slashes that were folded or added, and accents that were composed or decomposed.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Repair, Slot};
use crate::cause::{Cause, Code};
use crate::link::decode;
use crate::normal_form;
use crate::request::Request;

/// Maximum number of slashes that are doubled, each for itself; keys rarely have as many.
const MAX_SLASHES: usize = 32;

/// The ways in which a path may have been normalized.
pub(super) fn paths(request: &Request) -> Vec<Repair> {
    let path = &request.path;
    let repair = |slot, cause, path| Repair::new(slot, cause, Request { path, ..request.clone() });
    let slashes = path.match_indices('/').map(|(at, _)| at).take(MAX_SLASHES).enumerate();
    let doubled = slashes.filter_map(|(index, at)| {
        let (before, after) = path.split_at_checked(at)?;
        let signed = format!("{before}/{after}");
        Some(repair(Slot::Slash(index), slashes_differ(&signed, path), signed))
    });
    let folded = fold(path);
    let single = (folded != *path)
        .then(|| repair(Slot::Path, slashes_differ(&folded, path), folded.clone()));
    let trailing = match path.strip_suffix('/') {
        Some(without) if !without.is_empty() => Some(without.to_owned()),
        Some(_) => None,
        None => Some(format!("{path}/")),
    };
    let trailing = trailing.map(|signed| repair(Slot::Path, slashes_differ(&signed, path), signed));
    let accents = accents(path).into_iter().map(|(cause, path)| repair(Slot::Path, cause, path));
    doubled.chain(single).chain(trailing).chain(accents).collect()
}

/// The path with every run of slashes as one.
fn fold(path: &str) -> String {
    let mut folded = String::with_capacity(path.len());
    for letter in path.chars() {
        if letter != '/' || !folded.ends_with('/') {
            folded.push(letter);
        }
    }
    folded
}

pub(super) fn slashes_differ(signed: &str, sent: &str) -> Cause {
    let message = format!(
        "the link is signed for the path {}, but was sent to {}: something on the way changed the slashes",
        crate::mask::short(&crate::mask::path(&decode(signed))),
        crate::mask::short(&crate::mask::path(&decode(sent)))
    );
    let hint = "send the path as it was signed: HTTP libraries and proxies fold // into / (nginx: merge_slashes off; requests: 2.32.3 or later), or use keys without an empty segment";
    Cause::new(Code::PathChanged, message, hint)
}

/// The path with its accents composed and decomposed, where that differs.
fn accents(path: &str) -> Vec<(Cause, String)> {
    let text = decode(path);
    let [composed, decomposed] = normal_form::of(&text);
    let forms = [
        (composed, "as one character (NFC)", "as a letter and a combining mark (NFD)"),
        (decomposed, "as a letter and a combining mark (NFD)", "as one character (NFC)"),
    ];
    let cause = |signed: &str, sent: &str| {
        let message = format!(
            "the path was signed with each accented letter {signed}, but was sent with it {sent}"
        );
        let hint = "use one form for the key everywhere, for example key.normalize('NFC'): file names of macOS often have the other";
        Cause::new(Code::PathChanged, message, hint)
    };
    let forms = forms.into_iter().filter(|(form, ..)| *form != text);
    forms.map(|(form, signed, sent)| (cause(signed, sent), encode(&form))).collect()
}

/// Encodes a path; the canonical request decodes it again.
fn encode(path: &str) -> String {
    let segments =
        path.split('/').map(|segment| utf8_percent_encode(segment, NON_ALPHANUMERIC).to_string());
    segments.collect::<Vec<_>>().join("/")
}
