//! `/.well-known/jwks.json`: the public keys with which others verify the Worker's tokens.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc7517#section-5>

use rules::Denial;
use serde_json::Value;

use crate::http::answer::{Answer, JSON};
use crate::http::problem::Problem;
use crate::http::request::Request;
use crate::site::Site;

/// The path, below that of Signpost.
pub(crate) const PATH: &str = ".well-known/jwks.json";

const METHODS: &str = "GET, HEAD, OPTIONS";

/// How long anybody may cache the keys, in seconds. So long the old key must stay in a rotation.
const MAX_AGE: &str = "public, max-age=300";

/// Answers with the public keys; returns `None` if the configuration has no issuer.
#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn respond(site: &Site, request: &Request<'_>) -> Option<Answer> {
    let keys = site.rules()?.key_set(site.secrets()).transpose()?;
    Some(publish(request, keys))
}

/// Answers with a document that any page may read and anybody may cache.
#[inline(never)]
pub(super) fn publish(request: &Request<'_>, document: Result<Value, Denial>) -> Answer {
    let answer = match request.method {
        "GET" | "HEAD" => document
            .map_err(Problem::from)
            .map(|document| Answer::json(200, JSON, &document).publicly_cacheable(MAX_AGE)),
        "OPTIONS" => Ok(Answer::empty(204)
            .with("allow", METHODS)
            .with("access-control-allow-methods", METHODS)
            .with("access-control-allow-headers", "*")),
        _ => Err(Problem::method_not_allowed(METHODS)),
    };
    let readable = |answer: Answer| answer.with("access-control-allow-origin", "*");
    readable(answer.unwrap_or_else(Problem::into_answer))
}
