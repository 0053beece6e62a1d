//! Routes: from a request to an answer, or to the action that must come first.

mod batch;
pub(crate) mod confirm;
mod credentials;
pub(crate) mod download;
mod files;
pub(crate) mod form_page;
pub(crate) mod forms;
pub(crate) mod health;
mod jwks;
mod links;
pub(crate) mod multipart;
mod openid;
pub(crate) mod sign_grant;
pub(crate) mod upload;
pub(crate) mod uploaders;

use core::cell::RefCell;

use error_code::ErrorCode;
use rules::Ambient;

use crate::exchange::{Action, Exchange};
use crate::http::problem::Problem;
use crate::http::request::Request;
use crate::site::Site;

/// Answers a request, or returns what must be done first. Never fails: a refusal is an answer too.
///
/// Not inlined, since V8 compiles whole functions: with this one inside, the one that awaits takes 4 MB more memory to compile.
#[inline(never)]
#[must_use]
pub fn respond(site: &Site, request: &Request<'_>, ambient: Ambient) -> Action {
    let (record, event) = (RefCell::default(), RefCell::default());
    let exchange = Exchange { site, request, ambient, record: &record, event: &event };
    let mut action =
        route(exchange).unwrap_or_else(|problem| Action::Answer(problem.into_answer()));
    if let Action::ReadObject(read) = &mut action {
        read.record = record.take();
    }
    if let Action::Answer(answer) = &mut action {
        if let Some(cause) = answer.cause.take() {
            record.borrow_mut().cause(cause);
        }
        record.borrow_mut().end(answer.status, answer.code);
        answer.record = record.into_inner();
        answer.event = event.into_inner();
        if request.method == "HEAD" {
            answer.body.clear();
        }
    }
    action
}

/// Panics at once; at `/panic/later`, after an await.
#[cfg(feature = "planted-panic")]
fn planted(path: &str, request: &Request<'_>) -> Action {
    match (path, request.body) {
        ("panic/later", None) => Action::ReadBody { max_bytes: 1 },
        _ => panic!("planted"),
    }
}

fn route(exchange: Exchange<'_>) -> Result<Action, Problem> {
    let Exchange { site, request, .. } = exchange;
    let path = request.url.path.strip_prefix('/').unwrap_or_default();
    if path == "healthz" {
        return health::respond(site, request).map(Action::Answer);
    }
    if path == jwks::PATH
        && let Some(answer) = jwks::respond(site, request)
    {
        return Ok(Action::Answer(answer));
    }
    if path == openid::PATH
        && let Some(answer) = openid::respond(site, request)
    {
        return Ok(Action::Answer(answer));
    }
    #[cfg(feature = "planted-panic")]
    if path.starts_with("panic") {
        return Ok(planted(path, request));
    }

    let Some(rules) = site.rules() else {
        let detail =
            "the configuration has errors: /healthz names the places, the log gives the reasons";
        return Err(Problem::new(ErrorCode::ServiceUnavailable, detail));
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
        Some(("l", id)) if rules.makes_short_links() => {
            Ok(links::respond_short(rules, id, exchange))
        }
        Some(("links", id)) => Ok(links::respond(rules, Some(id), exchange)),
        None if path == "links" => Ok(links::respond(rules, None, exchange)),
        Some(("credentials", name)) => {
            Ok(credentials::respond(rules.credentials_rule(name)?, exchange))
        }
        Some(("forms", path)) => Ok(forms::respond(path, exchange)),
        Some((rules::FILES, path)) if request.url.ticket.is_none() => {
            Ok(files::respond(path, exchange))
        }
        _ => Err(not_found()),
    }
}

/// 404 for a path that is no route.
pub(crate) fn not_found() -> Problem {
    Problem::new(
        ErrorCode::NoSuchRule,
        "no such path: expected /uploads/{rule}, /downloads/{rule}/{path}, /credentials/{rule} or /healthz",
    )
}
