//! Finds what a browser's console prints if a page may not read a response.

use crate::evidence::{Evidence, Redirect, Sent};
use crate::link::Link;

/// The words of Chromium, Firefox and Safari, which also names the method or header that the bucket's rules lack.
const BLOCKED: [&str; 4] = [
    "blocked by CORS policy",
    "Cross-Origin Request Blocked",
    "not allowed by Access-Control-Allow-",
    "due to access control checks",
];
/// The words for a page without an origin.
const NULL_ORIGIN: [&str; 2] = ["from origin 'null'", "Origin null is not allowed"];

/// The words of Chromium, Firefox and Safari for a redirect that CORS forbids.
const REDIRECTED: [&str; 4] = [
    "Redirect is not allowed for a preflight request",
    "(redirected from '",
    "CORS request external redirect not allowed",
    "Cross-origin redirection to ",
];

/// The evidence, without the link except after a redirect; `None` if the text says nothing of the kind.
pub(crate) fn blocked(text: &str) -> Option<Evidence> {
    let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
    let origin = says(&NULL_ORIGIN).then(|| ("origin".into(), "null".into()));
    let sent = origin.map(|header| Sent { headers: vec![header], ..Sent::default() });
    let is_redirected = says(&REDIRECTED);
    let evidence = Evidence { sent, status: Some(0), ..Evidence::default() };
    if !is_redirected {
        return says(&BLOCKED).then_some(evidence);
    }
    // Chromium: Access to fetch at '<target>' (redirected from '<sent>'). Safari: Cross-origin redirection to <target> denied.
    let sent = url_after(text, "(redirected from '");
    let target = match sent {
        Some(_) => url_after(text, " at '"),
        None => url_after(text, "redirection to "),
    };
    Some(Evidence { link: sent, redirect: Some(Redirect { to: target }), ..evidence })
}

/// The URL that follows some words, up to a quote or a space.
fn url_after(text: &str, words: &str) -> Option<Link> {
    let (_, rest) = text.split_once(words)?;
    rest.split(['\'', ' ', '\n']).next().and_then(Link::parse)
}
