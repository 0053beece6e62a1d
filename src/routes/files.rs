//! `/files/{bucket}/{key}`: an object of a bound bucket, for the holder of a presigned URL of the Worker's own host.
//!
//! The link limits what it permits, so the path names no rule and the request needs no token. Errors are S3's XML.

mod put;

use error_code::ErrorCode;
use post_object::error_document;
use rules::{Blocked, Denial, Origin, RequestHeaders, ServedBucket};

use crate::cors::readable;
use crate::exchange::{Action, Exchange};
use crate::files::read_object::ReadObject;
use crate::files::{ErrorFormat, Link};
use crate::http::answer::Answer;

const METHODS: &str = "GET, HEAD, PUT, OPTIONS";

/// Why a request is refused: S3's code, and a sentence.
type Refusal = (ErrorCode, String);

#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn respond(path: &str, exchange: Exchange<'_>) -> Action {
    let (name, key) = path.split_once('/').unwrap_or((path, ""));
    match exchange.request.method {
        "PUT" => return put::respond(name, exchange),
        "OPTIONS" => return Action::Answer(preflight(name, exchange)),
        _ => {}
    }
    // Log only a configured name: any other text may be a key.
    let Some(bucket) = exchange.site.rules().and_then(|rules| rules.served_bucket(name)) else {
        let detail = "no rule gives out links to this bucket";
        return Action::Answer(refuse((ErrorCode::NoSuchBucket, detail.into()), None));
    };
    exchange.record.borrow_mut().rule(&format!("files/{name}"));
    let origin = bucket.origin(exchange.request.headers.origin).map(Origin::as_str);
    let read = match exchange.request.method {
        "GET" | "HEAD" => match exchange.request.results.headers() {
            Err(Blocked::Pending(effect)) => return Action::Perform(effect),
            Err(Blocked::Refused(denial)) => Err(of_denial(&denial)),
            Ok(headers) => read(bucket, key, headers, exchange),
        },
        _ => {
            let detail = "the method is not allowed here";
            let answer = refuse((ErrorCode::MethodNotAllowed, detail.into()), origin);
            return Action::Answer(answer.with("allow", METHODS));
        }
    };
    match read {
        Ok(mut read) => {
            read.answer = with_cors(read.answer, origin);
            Action::ReadObject(Box::new(read))
        }
        Err(refusal) => Action::Answer(refuse(refusal, origin)),
    }
}

/// Checks the link, and returns what to read.
fn read(
    bucket: ServedBucket<'_>,
    key: &str,
    headers: &RequestHeaders,
    exchange: Exchange<'_>,
) -> Result<ReadObject, Refusal> {
    let link = Link::verify(bucket, key, headers, exchange)?;
    exchange.record.borrow_mut().granted(link.key.as_str(), None);
    if exchange.site.lacks(bucket.binding()) {
        let detail = "the bucket is not bound to the Worker; /healthz lists what is missing";
        return Err((ErrorCode::ServiceUnavailable, detail.into()));
    }
    let object = (bucket.binding().as_str(), link.key.as_str());
    let method = exchange.request.method;
    let read = ReadObject::new(object, method, headers, link.presentation, ErrorFormat::S3);
    Ok(read.through_cache(link.cache_secs))
}

fn of_denial(denial: &Denial) -> Refusal {
    (denial.code(), denial.to_string())
}

fn refuse((code, detail): Refusal, origin: Option<&str>) -> Answer {
    let answer = Answer::xml(code.s3_status(), error_document(code, &detail));
    with_cors(Answer { code: Some(code), ..answer }, origin)
}

/// Lets a page of `origin` read the answer.
fn with_cors(answer: Answer, origin: Option<&str>) -> Answer {
    let answer = answer.varying_by("Origin");
    match origin {
        Some(origin) => readable(answer, origin),
        None => answer,
    }
}

/// Answers whether a page may read or write objects of a bucket: if a rule with such links, or one that uploads, lists its origin.
fn preflight(name: &str, exchange: Exchange<'_>) -> Answer {
    let (rules, requested) = (exchange.site.rules(), exchange.request.headers.origin);
    let served = rules.and_then(|rules| rules.served_bucket(name));
    let bound = rules.and_then(|rules| rules.bound_bucket(name));
    if served.is_none() && bound.is_none() {
        let detail = "no bucket of this name is bound to the Worker";
        return refuse((ErrorCode::NoSuchBucket, detail.into()), None);
    }
    exchange.record.borrow_mut().rule(&format!("files/{name}"));
    let reads = served.and_then(|bucket| bucket.origin(requested));
    let writes = bound.and_then(|bucket| bucket.origin(requested));
    let methods = match (reads, writes) {
        (Some(_), Some(_)) => "GET, HEAD, PUT",
        (Some(_), None) => "GET, HEAD",
        (None, Some(_)) => "PUT",
        (None, None) => {
            let detail = "no rule of the bucket allows this origin";
            return refuse((ErrorCode::AccessForbidden, detail.into()), None);
        }
    };
    let answer = Answer::empty(204)
        .with("access-control-allow-methods", methods)
        .with("access-control-allow-headers", "*")
        .with("access-control-max-age", "7200");
    with_cors(answer, reads.or(writes).map(Origin::as_str))
}
