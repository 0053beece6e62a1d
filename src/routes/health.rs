//! `/healthz`: whether everything is configured. Names, never values.

use serde::Serialize;

use crate::http::answer::Answer;
use crate::http::answer::JSON;
use crate::http::problem::Problem;
use crate::http::request::Request;
use crate::site::Site;

/// What is not as it must be.
#[derive(Serialize)]
struct Body<'a> {
    status: &'static str,
    /// Places of the configuration that are not right; the log says why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    configuration: Vec<&'a str>,
    /// Secrets that are not set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    secrets: Vec<&'a str>,
    /// Buckets that are not bound.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bindings: Vec<&'a str>,
}

#[inline(never)] // V8 compiles whole functions: what is rare is one of its own
pub(crate) fn respond(site: &Site, request: &Request<'_>) -> Result<Answer, Problem> {
    if !matches!(request.method, "GET" | "HEAD") {
        return Err(Problem::method_not_allowed("GET, HEAD"));
    }
    let configuration: Vec<_> = site.errors().iter().map(rules::ConfigError::place).collect();
    let secrets: Vec<_> =
        site.missing_secrets().into_iter().map(rules::SecretName::as_str).collect();
    let bindings: Vec<_> = site.missing_bindings().iter().map(rules::BindingName::as_str).collect();
    let ready = configuration.is_empty() && secrets.is_empty() && bindings.is_empty();
    let (code, status) = if ready { (200, "ok") } else { (503, "not configured") };
    Ok(Answer::json(code, JSON, &Body { status, configuration, secrets, bindings }))
}
