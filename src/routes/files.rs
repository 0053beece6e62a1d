//! `/files/{bucket}/{key}`: the objects of a bucket that is bound to the Worker, by presigned URLs of the Worker's own host.
//!
//! The signature limits what a request can do, so the request needs no token. Errors are S3's XML, since the sender expects S3.

mod put;

use post_object::Fault;

use crate::exchange::{Action, Exchange};
use crate::forms::reply::{refuse, with_cors};
use crate::http::answer::Answer;

const METHODS: &str = "PUT, OPTIONS";

#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn respond(path: &str, exchange: Exchange<'_>) -> Action {
    let (name, _) = path.split_once('/').unwrap_or((path, ""));
    // Log only a configured name: any other text may be a key. The signature does not cover a ticket in the path.
    let bucket = exchange.site.rules().and_then(|rules| rules.bound_bucket(name));
    let Some(bucket) = bucket.filter(|_| exchange.request.url.ticket.is_none()) else {
        return Action::Answer(refuse(Fault::NoBucket));
    };
    exchange.record.borrow_mut().rule(&format!("files/{name}"));
    let origin = bucket.origin(exchange.request.headers.origin).map(rules::Origin::as_str);
    let action = match exchange.request.method {
        "OPTIONS" if origin.is_some() => Ok(Action::Answer(preflight())),
        "OPTIONS" => Err(Fault::Origin),
        "PUT" => put::respond(bucket, origin, exchange),
        _ => return Action::Answer(refuse(Fault::Method).with("allow", METHODS)),
    };
    match action.unwrap_or_else(|fault| Action::Answer(refuse(fault))) {
        Action::Answer(answer) => Action::Answer(with_cors(answer, origin)),
        action => action,
    }
}

fn preflight() -> Answer {
    Answer::empty(204)
        .with("access-control-allow-methods", "PUT")
        .with("access-control-allow-headers", "*")
        .with("access-control-max-age", "7200")
}
