//! Which pages may ask, and may read the answer.
//!
//! Spec: <https://fetch.spec.whatwg.org/#http-cors-protocol>

use rules::Access;

use crate::problem::Problem;
use crate::{Answer, Request, Step};

/// Longest time that browsers keep a preflight's answer, in seconds.
const MAX_AGE: &str = "7200";

/// Refuses other sites' pages, answers preflights, and lets the page read what `inner` answers, problems included.
pub(crate) fn within(
    access: &Access,
    methods: &'static str,
    request: &Request<'_>,
    inner: impl FnOnce() -> Result<Step, Problem>,
) -> Step {
    let origin = match access.origin(request.headers.origin) {
        Ok(origin) => origin,
        Err(denial) => return Step::Answer(vary(Problem::from(denial).into_answer())),
    };
    let step = if request.method == "OPTIONS" {
        Step::Answer(preflight(methods))
    } else {
        inner().unwrap_or_else(|problem| Step::Answer(problem.into_answer()))
    };
    match (step, origin) {
        (Step::Answer(answer), Some(origin)) => Step::Answer(
            vary(answer).with("access-control-allow-origin", origin.as_str().to_owned()),
        ),
        (Step::Answer(answer), None) => Step::Answer(vary(answer)),
        (step @ Step::ReadBody { .. }, _) => step,
    }
}

fn preflight(methods: &'static str) -> Answer {
    Answer::empty(204)
        .with("allow", methods)
        .with("access-control-allow-methods", methods)
        .with("access-control-allow-headers", "authorization, content-type")
        .with("access-control-max-age", MAX_AGE)
}

/// The answer is another one for another origin, so no cache may mix them up.
fn vary(answer: Answer) -> Answer {
    answer.with("vary", "Origin")
}
