//! `/downloads/{rule}/{path}`: a redirect to a presigned URL, or the URL itself.

use error_code::ErrorCode;
use percent_encoding::percent_decode_str;
use rules::{Blocked, DownloadRule, EndsWith, Signed, SignedLink};
use serde::Serialize;

use crate::cors;
use crate::exchange::{Action, Exchange};
use crate::http::answer::{Answer, JSON};
use crate::http::problem::Problem;
use crate::http::request::Request;

const METHODS: &str = "GET, HEAD, OPTIONS";

/// The answer to a script.
#[derive(Serialize)]
struct Body<'a> {
    url: &'a str,
    expires: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_with: Option<&'static str>,
}

#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn respond(rule: &DownloadRule, path: &str, exchange: Exchange<'_>) -> Action {
    exchange.record.borrow_mut().rule(rule.access().rule());
    cors::within(rule.access(), METHODS, exchange.request, || match exchange.request.method {
        "GET" | "HEAD" => link(rule, path, exchange).map(Action::Answer),
        _ => Err(Problem::method_not_allowed(METHODS).into()),
    })
}

fn link(
    rule: &DownloadRule,
    path: &str,
    exchange: Exchange<'_>,
) -> Result<Answer, Blocked<Problem>> {
    let Exchange { request, ambient, record, .. } = exchange;
    let caller = exchange.caller(rule.access())?;
    let path = percent_decode_str(path).decode_utf8().map_err(|_| {
        Problem::new(ErrorCode::InvalidArgument, "`path` must be UTF-8, percent-encoded once")
    })?;
    let mut grant = rule.grant(&caller, &path, ambient)?;
    if let Some(name) = request.query("download") {
        grant = grant.saved_as(&name)?;
    }
    let secrets = exchange.secrets_for(rule.bucket())?;
    let signed = match request.method {
        "HEAD" => grant.sign_head(secrets, ambient.now)?,
        _ => grant.sign_get(secrets, ambient.now)?,
    };
    record.borrow_mut().granted(&signed.key, signed.ends_with);
    let max_age = signed.output.max_age;
    let answer = answer(signed, request);
    Ok(match max_age {
        Some(secs) => answer.cacheable(secs),
        None => answer,
    })
}

fn answer(signed: Signed<SignedLink>, request: &Request<'_>) -> Answer {
    let Signed { output, expiration, ends_with, .. } = signed;
    let wants_json = request.accepts_json() || request.query("json").is_some();
    let answer = if wants_json && request.method == "GET" {
        let (expires, expires_with) = (expiration.to_string(), ends_with.map(EndsWith::as_str));
        Answer::json(200, JSON, &Body { url: &output.url.url, expires, expires_with })
    } else {
        Answer::empty(302).with("location", output.url.url).embeddable()
    };
    answer.with_end(ends_with)
}
