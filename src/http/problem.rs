//! Problems: refusals as JSON.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc9457>

use alloc::borrow::Cow;

use error_code::ErrorCode;
use rules::{Blocked, Denial, Left};
use serde::Serialize;

use crate::http::answer::Answer;
use crate::record::Cause;

/// A refusal: its code, and a sentence that says what to do.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Problem {
    code: ErrorCode,
    detail: Cow<'static, str>,
    allow: Option<&'static str>,
    retry_after: Option<u32>,
    /// What is left of a quota; rare, so it is boxed.
    left: Option<Box<Left>>,
    /// For the log.
    cause: Option<Cause>,
}

/// The body of a problem.
#[derive(Serialize)]
pub(crate) struct Members {
    title: &'static str,
    status: u16,
    detail: String,
    code: &'static str,
    /// In seconds. Only among other answers, since an answer of its own has a header.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u32>,
    /// What is left of the caller's quota.
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining: Option<Remaining>,
    /// When the quota's period ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    resets: Option<String>,
}

#[derive(Serialize)]
struct Remaining {
    /// Absent if only the files are limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    files: u64,
}

impl Problem {
    pub(crate) fn new(code: ErrorCode, detail: impl Into<Cow<'static, str>>) -> Self {
        let detail = detail.into();
        Self { code, detail, allow: None, retry_after: None, left: None, cause: None }
    }

    /// Makes a 405, with the methods that the path supports.
    pub(crate) fn method_not_allowed(allow: &'static str) -> Self {
        let detail = format!("this method is not allowed here, only {allow}");
        let problem = Self::new(ErrorCode::MethodNotAllowed, detail);
        Self { allow: Some(allow), ..problem }
    }

    /// Adds what only the log says.
    pub(crate) fn because(self, cause: Cause) -> Self {
        Self { cause: Some(cause), ..self }
    }

    pub(crate) const fn code(&self) -> ErrorCode {
        self.code
    }

    /// Returns the detail as a sentence, for users.
    pub(crate) fn sentence(&self) -> String {
        sentence(&self.detail)
    }

    /// Answers with a page for people, with the status and the code of this problem.
    pub(crate) fn with_page(self, page: Answer) -> Answer {
        let page = Answer { status: self.code.status(), code: Some(self.code), ..page };
        match self.retry_after {
            Some(seconds) => page.with("retry-after", seconds.to_string()),
            None => page,
        }
    }

    /// Returns the members for an answer that has others beside it.
    pub(crate) fn to_members(&self) -> Members {
        Members { retry_after: self.retry_after, ..self.members() }
    }

    fn members(&self) -> Members {
        let (status, title, code) = (self.code.status(), self.code.title(), self.code.as_str());
        let left = self.left.as_deref();
        Members {
            title,
            status,
            detail: sentence(&self.detail),
            code,
            retry_after: None,
            remaining: left.map(|left| Remaining { bytes: left.bytes, files: left.files }),
            resets: left.map(|left| left.resets_at().to_string()),
        }
    }

    pub(crate) fn into_answer(self) -> Answer {
        let body = self.members();
        let status = body.status;
        let mut answer = Answer::json(status, "application/problem+json", &body);
        (answer.code, answer.cause) = (Some(self.code), self.cause);
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
            Denial::TooManyRequests { retry_after }
            | Denial::CredentialsUnavailable { retry_after } => Some(retry_after),
            _ => None,
        };
        let left = match denial {
            Denial::QuotaExceeded { left } => Some(Box::new(left)),
            _ => None,
        };
        let cause = Cause::of(&denial);
        Self { allow, retry_after, left, cause, ..Self::new(denial.code(), denial.to_string()) }
    }
}

/// Makes a sentence of an error's text: adds a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(rest).chain(['.']).collect()
}

impl From<Problem> for Blocked<Problem> {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}
