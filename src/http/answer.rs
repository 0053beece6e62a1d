//! Answers, before they become a platform's responses.

use alloc::borrow::Cow;
use core::fmt;

use error_code::ErrorCode;
use rules::{EndsWith, Event};
use serde::{Serialize, Serializer};

use crate::http::header_names;
use crate::record::{Cause, Record};

/// An answer to a request.
#[derive(Clone, Eq, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, Cow<'static, str>)>,
    /// The body; empty for none.
    pub body: String,
    /// The line for the log.
    pub record: Record,
    /// The code of a problem.
    pub(crate) code: Option<ErrorCode>,
    /// What the request has stored, if its rule sends events; rare, so it is boxed.
    pub(crate) event: Option<Box<Event>>,
    /// What only the log says about a problem.
    pub(crate) cause: Option<Cause>,
}

/// Headers of every answer: it is not cached, sends no referrer, keeps its type, and is not embedded by other origins.
///
/// A script reads an answer by CORS, to which `Cross-Origin-Resource-Policy` does not apply.
const ALWAYS: [(&str, &str); 4] = [
    ("cache-control", "no-store"),
    ("cross-origin-resource-policy", "same-origin"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

impl Answer {
    /// Returns an answer without a body.
    pub(crate) fn empty(status: u16) -> Self {
        let headers = ALWAYS.map(|(name, value)| (name, Cow::Borrowed(value)));
        Self {
            status,
            headers: headers.into(),
            body: String::new(),
            record: Record::default(),
            code: None,
            event: None,
            cause: None,
        }
    }

    /// Returns an answer in JSON.
    pub(crate) fn json(status: u16, media_type: &'static str, body: &impl Serialize) -> Self {
        let body = serde_json::to_string(body).expect("text and numbers are JSON");
        Self { body, ..Self::empty(status) }.with("content-type", media_type)
    }

    /// Returns an answer in S3's XML.
    pub(crate) fn xml(status: u16, body: String) -> Self {
        Self { body, ..Self::empty(status) }.with("content-type", "application/xml")
    }

    /// Returns an HTML page with a content security policy.
    pub(crate) fn html(page: maud::Markup, policy: String) -> Self {
        Self { body: page.into_string(), ..Self::empty(200) }
            .with("content-type", "text/html; charset=utf-8")
            .with("content-security-policy", policy)
    }

    /// Replaces the body, and its type.
    pub(crate) fn with_body(self, media_type: &'static str, body: String) -> Self {
        Self { body, ..self }.replacing("content-type", media_type)
    }

    /// Adds a header that names what makes the permission end early, if anything does.
    pub(crate) fn with_end(self, ends_with: Option<EndsWith>) -> Self {
        match ends_with {
            Some(ends_with) => self.with("signpost-expires-with", ends_with.as_str()),
            None => self,
        }
    }

    /// Lets the browser cache the answer, for requests with the same headers.
    pub(crate) fn cacheable(self, secs: u64) -> Self {
        self.replacing("cache-control", format!("private, max-age={secs}"))
            .varying_by(header_names::OF_CACHED_LINKS)
    }

    /// Lets everybody cache the answer, and pages of other origins embed it.
    pub(crate) fn publicly_cacheable(self, cache_control: &'static str) -> Self {
        self.replacing("cache-control", cache_control).embeddable()
    }

    /// Lets pages of other origins embed what the answer leads to, as in `<img src>`. Browsers check the policy of redirects too.
    pub(crate) fn embeddable(self) -> Self {
        self.replacing("cross-origin-resource-policy", "cross-origin")
    }

    /// Replaces a header.
    pub(crate) fn replacing(
        mut self,
        name: &'static str,
        value: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.headers.retain(|(header, _)| *header != name);
        self.with(name, value)
    }

    /// Adds names to `vary`, so that caches store answers to different values of these headers separately.
    pub(crate) fn varying_by(mut self, names: &'static str) -> Self {
        match self.headers.iter_mut().find(|(name, _)| *name == "vary") {
            Some((_, vary)) => *vary = format!("{vary}, {names}").into(),
            None => self.headers.push(("vary", names.into())),
        }
        self
    }

    /// Adds the headers of another answer that this one lacks.
    pub(crate) fn with_headers_of(mut self, other: Self) -> Self {
        for (name, value) in other.headers {
            if !self.headers.iter().any(|(own, _)| *own == name) {
                self.headers.push((name, value));
            }
        }
        self
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// The body and the headers can hold a signature, so neither is shown.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// The media type of JSON.
pub(crate) const JSON: &str = "application/json";

/// Names and values as a JSON object, in their order.
pub(crate) struct Pairs<T>(pub(crate) Vec<(T, T)>);

impl<T: Serialize> Serialize for Pairs<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
