//! `/healthz`: reports whether everything is configured. It shows names, never values.

use rules::Denial;
use serde::Serialize;

use crate::http::answer::{Answer, JSON};
use crate::http::problem::Problem;
use crate::http::request::Request;
use crate::site::Site;

/// The state of the configuration.
#[derive(Serialize)]
struct Body<'a> {
    status: &'static str,
    /// Places with errors in the configuration; the log gives the reasons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    configuration: Vec<&'a str>,
    /// Required secrets that are not set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    secrets: Vec<&'a str>,
    /// Secrets that are too short to be safe from guessing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    short_secrets: Vec<&'a str>,
    /// Secrets with a character that they cannot have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    malformed_secrets: Vec<&'a str>,
    /// Bindings that are missing: of R2 buckets, and that of the objects that keep state.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bindings: Vec<&'a str>,
}

#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn respond(site: &Site, request: &Request<'_>) -> Result<Answer, Problem> {
    if !matches!(request.method, "GET" | "HEAD") {
        return Err(Problem::method_not_allowed("GET, HEAD"));
    }
    let configuration: Vec<_> = site.errors().iter().map(rules::ConfigError::place).collect();
    let secrets: Vec<_> =
        site.missing_secrets().into_iter().map(rules::SecretName::as_str).collect();
    let refused = site.refused_secrets();
    let (mut short_secrets, mut malformed_secrets) = (Vec::new(), Vec::new());
    for denial in &refused {
        match denial {
            Denial::SecretTooShort { name, .. } => short_secrets.push(name.as_str()),
            Denial::SecretMalformed { name, .. } => malformed_secrets.push(name.as_str()),
            _ => {}
        }
    }
    let of_state = site.lacks_state().then_some(rules::STATE_BINDING);
    let of_buckets = site.missing_bindings().iter().map(rules::BindingName::as_str);
    let bindings: Vec<_> = of_buckets.chain(of_state).collect();
    let lists = [&configuration, &secrets, &short_secrets, &malformed_secrets, &bindings];
    let ready = lists.iter().all(|list| list.is_empty());
    let (code, status) = if ready { (200, "ok") } else { (503, "not configured") };
    let body = Body { status, configuration, secrets, short_secrets, malformed_secrets, bindings };
    Ok(Answer::json(code, JSON, &body))
}
