//! Finds what a browser's console prints if a page may not read a response.

use crate::evidence::{Evidence, Sent};

/// The words of Chromium, Firefox and Safari, which also names the method or header that the bucket's rules lack.
const BLOCKED: [&str; 4] = [
    "blocked by CORS policy",
    "Cross-Origin Request Blocked",
    "not allowed by Access-Control-Allow-",
    "due to access control checks",
];
/// The words for a page without an origin.
const NULL_ORIGIN: [&str; 2] = ["from origin 'null'", "Origin null is not allowed"];

/// The evidence, without the link; `None` if the text says nothing of the kind.
pub(crate) fn blocked(text: &str) -> Option<Evidence> {
    let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
    let origin = says(&NULL_ORIGIN).then(|| ("origin".into(), "null".into()));
    let sent = origin.map(|header| Sent { headers: vec![header], ..Sent::default() });
    says(&BLOCKED).then(|| Evidence { sent, status: Some(0), ..Evidence::default() })
}
