//! Why there is no better answer.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc9457>

use alloc::borrow::Cow;

use rules::{Blocked, Denial};
use serde::Serialize;

use crate::http::answer::Answer;

/// A refusal: a code of S3's kind, and a sentence that helps.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Problem {
    code: &'static str,
    detail: Cow<'static, str>,
    allow: Option<&'static str>,
    retry_after: Option<u32>,
}

/// The body of a problem.
#[derive(Serialize)]
struct Body<'a> {
    title: &'static str,
    status: u16,
    detail: &'a str,
    code: &'static str,
}

impl Problem {
    pub(crate) fn new(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into(), allow: None, retry_after: None }
    }

    /// 404 for a path that is no route.
    pub(crate) fn not_found() -> Self {
        Self::new(
            "NoSuchRule",
            "there is nothing here: ask /uploads/{rule}, /downloads/{rule}/{path} or /healthz",
        )
    }

    /// 405, with the methods that would do.
    pub(crate) fn method_not_allowed(allow: &'static str) -> Self {
        let problem = Self::new(
            "MethodNotAllowed",
            format!("this method is not answered here, only {allow}"),
        );
        Self { allow: Some(allow), ..problem }
    }

    pub(crate) const fn code(&self) -> &'static str {
        self.code
    }

    /// What a page may show.
    pub(crate) fn sentence(&self) -> String {
        sentence(&self.detail)
    }

    pub(crate) fn into_answer(self) -> Answer {
        let (status, title) = status(self.code);
        let body = Body { title, status, detail: &sentence(&self.detail), code: self.code };
        let mut answer = Answer::json(status, "application/problem+json", &body);
        answer.code = Some(self.code);
        if let Some(seconds) = self.retry_after {
            answer = answer.with("retry-after", seconds.to_string());
        }
        if status == 401 {
            answer = answer.with("www-authenticate", "Bearer");
        }
        match self.allow {
            Some(allow) => answer.with("allow", allow),
            None => answer,
        }
    }
}

impl From<Denial> for Problem {
    fn from(denial: Denial) -> Self {
        let allow =
            matches!(denial, Denial::NoForms | Denial::NoPlainForm).then_some("POST, OPTIONS");
        let retry_after = match denial {
            Denial::TooManyRequests { retry_after } => Some(retry_after),
            _ => None,
        };
        Self { allow, retry_after, ..Self::new(denial.code(), denial.to_string()) }
    }
}

/// An error's text as a page may show it: with a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(rest).chain(['.']).collect()
}

/// The one place that knows which status a code has, and what HTTP calls it.
fn status(code: &str) -> (u16, &'static str) {
    match code {
        "MissingAuthenticationToken" | "InvalidToken" | "ExpiredToken" => (401, "Unauthorized"),
        "AccessDenied" => (403, "Forbidden"),
        "NoSuchRule" | "NoSuchUpload" => (404, "Not Found"),
        "MethodNotAllowed" => (405, "Method Not Allowed"),
        "MissingContentLength" => (411, "Length Required"),
        "EntityTooLarge" | "MaxMessageLengthExceeded" => (413, "Content Too Large"),
        "UnsupportedMediaType" => (415, "Unsupported Media Type"),
        // S3 says so with 503; here it is the caller who is at its limit, not the service.
        "SlowDown" => (429, "Too Many Requests"),
        "ServiceUnavailable" => (503, "Service Unavailable"),
        _ => (400, "Bad Request"),
    }
}

impl From<Problem> for Blocked<Problem> {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}
