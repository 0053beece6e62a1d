//! Masks signatures, tokens and keys in the output.

use alloc::borrow::Cow;

const HIDDEN: &str = "(hidden)";

/// Whether the value of a header, parameter or field of this name is secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("-signature")
        || name.ends_with("-security-token")
        || name.ends_with("session-token")
        || name.contains("customer-key")
        || matches!(
            name.as_str(),
            "signature" | "sig" | "token" | "authorization" | "cookie" | "policy"
        )
}

/// The value, masked if it is secret, and shortened.
pub(crate) fn value<'v>(name: &str, value: &'v str) -> Cow<'v, str> {
    if is_secret(name) { HIDDEN.into() } else { short(value) }
}

/// A path with its tickets masked: every JSON Web Token begins with `eyJ`.
pub(crate) fn path(path: &str) -> String {
    let segment =
        |segment: &str| if segment.starts_with("eyJ") { HIDDEN } else { segment }.to_owned();
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// At most 120 characters.
pub(crate) fn short(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}

/// A canonical request with the secrets in its query and headers masked.
pub(crate) fn canonical_request(text: &str) -> String {
    let line = |line: &str| {
        if let Some((name, _)) = line.split_once(':').filter(|(name, _)| is_secret(name)) {
            return format!("{name}:{HIDDEN}");
        }
        let pair = |pair: &str| match pair.split_once('=') {
            Some((name, _)) if is_secret(name) => format!("{name}={HIDDEN}"),
            _ => pair.to_owned(),
        };
        line.split('&').map(pair).collect::<Vec<_>>().join("&")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// A server's message, without words that may be a signature or a token.
pub(crate) fn sentence(text: &str) -> String {
    let word = |word: &str| if word.len() > 80 { HIDDEN.to_owned() } else { word.to_owned() };
    let words: Vec<_> = text.split_whitespace().map(word).collect();
    short(&words.join(" ")).into_owned()
}
