//! CORS: which pages may send requests and read the answers.
//!
//! Spec: <https://fetch.spec.whatwg.org/#http-cors-protocol>

use rules::{Access, Blocked, Denial};

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
    let origin = match access
        .origin(request.headers.origin)
        .and_then(|origin| reject_cross_site(request).map(|()| origin))
    {
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
        (action, _) => action,
    }
}

/// Rejects a request from another site, by `Sec-Fetch-Site`, if it is not a read and has no `Origin`.
///
/// Browsers send `Origin` with every POST; this covers one that does not. Reads are allowed, since other sites may link here.
fn reject_cross_site(request: &Request<'_>) -> Result<(), Denial> {
    let reads = matches!(request.method, "GET" | "HEAD" | "OPTIONS");
    let foreign =
        matches!(request.headers.fetch_site, Some(site) if !matches!(site, "same-origin" | "none"));
    if foreign && !reads && request.headers.origin.is_none() {
        Err(Denial::OriginNotAllowed)
    } else {
        Ok(())
    }
}

fn preflight(methods: &'static str) -> Answer {
    Answer::empty(204)
        .with("allow", methods)
        .with("access-control-allow-methods", methods)
        .with("access-control-allow-headers", header_names::FROM_SCRIPTS)
        .with("access-control-max-age", MAX_AGE)
}

/// Tells caches that the answer depends on the origin.
fn vary(answer: Answer) -> Answer {
    answer.varying_by("Origin")
}
