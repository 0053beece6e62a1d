//! Which pages may ask, and may read the answer.
//!
//! Spec: <https://fetch.spec.whatwg.org/#http-cors-protocol>

use rules::{Access, Blocked, Denial};

use crate::exchange::Action;
use crate::http::answer::Answer;
use crate::http::problem::Problem;
use crate::http::request::Request;

/// Longest time that browsers keep a preflight's answer, in seconds.
const MAX_AGE: &str = "7200";

/// Refuses other sites' pages, answers preflights, and lets the page read what `inner` answers, problems included.
pub(crate) fn within(
    access: &Access,
    methods: &'static str,
    request: &Request<'_>,
    inner: impl FnOnce() -> Result<Action, Blocked<Problem>>,
) -> Action {
    let origin = match access
        .origin(request.headers.origin)
        .and_then(|origin| same_site(request).map(|()| origin))
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
            Err(Blocked::Pending(need)) => Action::Perform(need),
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

/// Refuses a change that a browser says another site is behind, if it does not say which one.
///
/// A browser names the origin of every POST; this holds even for one that keeps it to itself. Reading is another matter:
/// following a link from another site is what links are for.
fn same_site(request: &Request<'_>) -> Result<(), Denial> {
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
        .with("access-control-allow-headers", "authorization, content-type, turnstile-token")
        .with("access-control-max-age", MAX_AGE)
}

/// The answer is another one for another origin, so no cache may mix them up.
fn vary(answer: Answer) -> Answer {
    answer.varying_by("Origin")
}
