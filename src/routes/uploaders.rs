//! Routes for other projects' uploaders, each below a rule. Requests and answers follow that uploader's protocol; callers,
//! origins and limits are the rule's, as for all routes.
//!
//! ```text
//! /uploads/{rule}/s3/...              Uppy's Companion: `endpoint` is /uploads/{rule}
//! /uploads/{rule}/sign-request        Uppy's `signRequest`
//! /uploads/{rule}/better-upload       Better Upload: `api`
//! /uploads/{rule}/parts/{capability}  requests of the latter two about an upload in parts, sent as if to S3
//! ```

mod better_upload;
mod capability;
mod client_json;
mod companion;
mod multipart;
mod reply;
mod sign_request;
mod single_upload;

use rules::{Blocked, UploadRule};

use crate::cors;
use crate::exchange::{Action, Exchange};
use crate::http::answer::Answer;
use crate::http::problem::Problem;

/// Answers `/uploads/{rule}/{page}`; returns `None` if no uploader uses that path.
pub(crate) fn respond(rule: &UploadRule, page: &str, exchange: Exchange<'_>) -> Option<Action> {
    let (first, rest) = page.split_once('/').unwrap_or((page, ""));
    let (methods, refuse): (_, fn(Problem) -> Answer) = match first {
        "s3" => (companion::methods(rest), companion::refuse),
        "sign-request" if rest.is_empty() => ("POST, OPTIONS", Problem::into_answer),
        "better-upload" if rest.is_empty() => ("POST, OPTIONS", better_upload::refuse),
        "parts" => ("GET, POST, DELETE, OPTIONS", capability::refuse),
        _ => return None,
    };
    let changes = rule.has_quota() && page == "s3/params";
    Some(cors::within_changing(changes, rule.access(), methods, exchange.request, || {
        let action = match (first, exchange.request.method) {
            ("s3", _) => companion::respond(rule, rest, exchange),
            ("parts", _) => capability::respond(rule, rest, exchange),
            ("sign-request", "POST") => sign_request::respond(rule, exchange),
            ("better-upload", "POST") => better_upload::respond(rule, exchange),
            _ => Err(Problem::method_not_allowed(methods).into()),
        };
        match action {
            Err(Blocked::Refused(problem)) => Ok(Action::Answer(refuse(problem))),
            action => action,
        }
    }))
}
