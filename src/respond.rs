//! From a request to an answer.

use core::cell::RefCell;

use rules::{Moment, Need};

use crate::problem::Problem;
use crate::{Answer, Record, Request, Site};
use crate::{download, health, upload};

/// What comes next.
#[derive(Debug)]
pub enum Step {
    /// This answer goes out.
    Answer(Answer),
    /// The caller may ask, and now the body is wanted: read at most this many bytes and one more, and ask again.
    ReadBody {
        /// Longest body taken, in bytes.
        max_bytes: usize,
    },
    /// The head of a form is wanted: read at most this many bytes and one more, keep the rest, and ask again.
    ReadHead {
        /// Longest head taken, in bytes.
        max_bytes: usize,
    },
    /// The rest of the body is to be stored; [`crate::settle`] answers then.
    Store(Box<crate::Store>),
    /// The platform is wanted: do this, add what came of it to the request's facts, and ask again.
    Need(Need),
}

/// One request, and what there is to answer it with.
#[derive(Clone, Copy)]
pub(crate) struct Exchange<'a> {
    pub(crate) site: &'a Site,
    pub(crate) request: &'a Request<'a>,
    pub(crate) moment: Moment,
    pub(crate) record: &'a RefCell<Record>,
}

/// Answers a request, or says what is wanted to answer it. Never fails: a refusal is an answer too.
#[must_use]
pub fn respond(site: &Site, request: &Request<'_>, moment: Moment) -> Step {
    let record = RefCell::default();
    let exchange = Exchange { site, request, moment, record: &record };
    let mut step = route(exchange).unwrap_or_else(|problem| Step::Answer(problem.into_answer()));
    if let Step::Answer(answer) = &mut step {
        record.borrow_mut().end(answer.status, answer.code);
        answer.record = record.into_inner();
        if request.method == "HEAD" {
            answer.body.clear();
        }
    }
    step
}

fn route(exchange: Exchange<'_>) -> Result<Step, Problem> {
    let Exchange { site, request, .. } = exchange;
    let path = request.url.path.strip_prefix('/').unwrap_or_default();
    if path == "healthz" {
        return health::respond(site, request).map(Step::Answer);
    }
    #[cfg(feature = "planted-panic")]
    assert_ne!(path, "panic", "planted");

    let Some(rules) = site.rules() else {
        let detail = "the configuration is not right: /healthz names the places, the log says why";
        return Err(Problem::new("ServiceUnavailable", detail));
    };
    match path.split_once('/') {
        Some(("uploads", rest)) => {
            let (name, page) =
                rest.split_once('/').map_or((rest, None), |(name, page)| (name, Some(page)));
            Ok(upload::respond(rules.upload(name)?, page, exchange))
        }
        Some(("downloads", rest)) => {
            let (name, path) = rest.split_once('/').unwrap_or((rest, ""));
            Ok(download::respond(rules.download(name)?, path, exchange))
        }
        Some(("forms", path)) => Ok(crate::post_object::respond(path, exchange)),
        _ => Err(nothing_here()),
    }
}

/// 404 for a path that is no route.
pub(crate) fn nothing_here() -> Problem {
    Problem::new(
        "NoSuchRule",
        "there is nothing here: ask /uploads/{rule}, /downloads/{rule}/{path} or /healthz",
    )
}
