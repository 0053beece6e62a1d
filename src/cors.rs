//! CORS: which pages may send requests and read the answers.
//!
//! Spec: <https://fetch.spec.whatwg.org/#http-cors-protocol>

use rules::{Access, Blocked, Exposure};

use crate::exchange::Action;
use crate::http::answer::Answer;
use crate::http::header_names;
use crate::http::problem::Problem;
use crate::http::request::Request;

/// How long browsers may cache the answer to a preflight, in seconds.
const MAX_AGE: &str = "7200";

/// Rejects pages of other origins, answers preflights, and lets the page read the answer of `inner`, problems included.
pub(crate) fn within(
    access: &Access,
    methods: &'static str,
    request: &Request<'_>,
    inner: impl FnOnce() -> Result<Action, Blocked<Problem>>,
) -> Action {
    within_as(exposure(access, request), access, methods, request, inner)
}

/// The same for a route where a GET changes something for its caller if `changes`. Then no link from another site leads to it with a
/// credential that the browser adds by itself.
pub(crate) fn within_changing(
    changes: bool,
    access: &Access,
    methods: &'static str,
    request: &Request<'_>,
    inner: impl FnOnce() -> Result<Action, Blocked<Problem>>,
) -> Action {
    let exposure = match exposure(access, request) {
        Exposure::AmbientRead if changes && request.method != "OPTIONS" => Exposure::AmbientChange,
        exposure => exposure,
    };
    within_as(exposure, access, methods, request, inner)
}

/// The same for a route where even a GET must not be caused by a page of another site.
pub(crate) fn within_write(
    access: &Access,
    methods: &'static str,
    request: &Request<'_>,
    inner: impl FnOnce() -> Result<Action, Blocked<Problem>>,
) -> Action {
    within_as(Exposure::Write, access, methods, request, inner)
}

fn within_as(
    exposure: Exposure,
    access: &Access,
    methods: &'static str,
    request: &Request<'_>,
    inner: impl FnOnce() -> Result<Action, Blocked<Problem>>,
) -> Action {
    let vary = |answer: Answer| vary(answer, access);
    let origin = match access.origin(&request.initiator(), exposure) {
        Ok(origin) => origin,
        Err(denial) => return Action::Answer(vary(Problem::from(denial).into_answer())),
    };
    let action = if request.method == "OPTIONS" {
        Action::Answer(preflight(methods))
    } else {
        match inner() {
            Ok(action) => action,
            Err(Blocked::Refused(problem)) => Action::Answer(problem.into_answer()),
            Err(Blocked::Pending(effect)) => Action::Perform(effect),
        }
    };
    match (action, origin) {
        (Action::Answer(answer), Some(origin)) => Action::Answer(
            vary(answer)
                .with("access-control-allow-origin", origin.as_str().to_owned())
                .with("access-control-expose-headers", "retry-after"),
        ),
        (Action::Answer(answer), None) => Action::Answer(vary(answer)),
        (Action::ReadObject(mut read), origin) => {
            read.answer = vary(read.answer).varying_by(header_names::OF_CACHED_LINKS);
            if let Some(origin) = origin {
                read.answer = readable(read.answer, origin.as_str());
            }
            Action::ReadObject(read)
        }
        (action, _) => action,
    }
}

/// Lets a page of `origin` read an object and its headers.
pub(crate) fn readable(answer: Answer, origin: &str) -> Answer {
    answer
        .with("access-control-allow-origin", origin.to_owned())
        .with("access-control-expose-headers", header_names::OF_OBJECTS)
}

/// Returns what the request can do to its sender if another page caused it.
fn exposure(access: &Access, request: &Request<'_>) -> Exposure {
    // A ticket in the path hides all other credentials.
    let is_ambient = || {
        request.url.ticket.is_none()
            && access.has_ambient_credential(|name| request.caller_header(name).is_some())
    };
    match request.method {
        "GET" | "HEAD" | "OPTIONS" if is_ambient() => Exposure::AmbientRead,
        "GET" | "HEAD" | "OPTIONS" => Exposure::None,
        _ => Exposure::Write,
    }
}

fn preflight(methods: &'static str) -> Answer {
    Answer::empty(204)
        .with("allow", methods)
        .with("access-control-allow-methods", methods)
        .with("access-control-allow-headers", header_names::FROM_SCRIPTS)
        .with("access-control-max-age", MAX_AGE)
}

/// Tells caches that the answer depends on the page.
fn vary(answer: Answer, access: &Access) -> Answer {
    let answer = answer.varying_by("Origin");
    if access.accepts_ambient_credentials() {
        answer.varying_by(header_names::OF_INITIATORS)
    } else {
        answer
    }
}
