//! `/downloads/{rule}/{path}`: a redirect to a presigned URL, or the URL itself.

use percent_encoding::percent_decode_str;
use rules::{Blocked, DownloadGrant, DownloadRule, EndsWith};
use serde::Serialize;
use signer::Credentials;

use crate::cors;
use crate::exchange::Action;
use crate::exchange::Exchange;
use crate::http::answer::Answer;
use crate::http::answer::JSON;
use crate::http::problem::Problem;

const METHODS: &str = "GET, HEAD, OPTIONS";

/// What a script gets.
#[derive(Serialize)]
struct Body<'a> {
    url: &'a str,
    expires: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_with: Option<&'static str>,
}

#[inline(never)] // V8 compiles whole functions: what is rare is one of its own
pub(crate) fn respond(rule: &DownloadRule, path: &str, exchange: Exchange<'_>) -> Action {
    exchange.record.borrow_mut().rule(rule.access().rule());
    cors::within(rule.access(), METHODS, exchange.request, || match exchange.request.method {
        "GET" | "HEAD" => sign(rule, path, exchange).map(Action::Answer),
        _ => Err(Problem::method_not_allowed(METHODS).into()),
    })
}

fn sign(
    rule: &DownloadRule,
    path: &str,
    exchange: Exchange<'_>,
) -> Result<Answer, Blocked<Problem>> {
    let Exchange { site, request, ambient, record, .. } = exchange;
    let caller = exchange.caller(rule.access())?;
    let path = percent_decode_str(path).decode_utf8();
    let path = path.map_err(|_| {
        Problem::new("InvalidArgument", "`path` must be UTF-8, percent-encoded once")
    })?;
    let mut grant = rule.grant(&caller, &path, ambient)?;
    if let Some(name) = request.query("download") {
        grant = grant.saved_as(&name)?;
    }
    let credentials = grant.credentials(site.secrets(), ambient.now)?;
    record.borrow_mut().granted(grant.key(), grant.ends_with());
    let answer = answer(&grant, &credentials, exchange).with_end(grant.ends_with());
    Ok(match grant.max_age(ambient.now) {
        Some(secs) => answer.cacheable(secs),
        None => answer,
    })
}

fn answer(grant: &DownloadGrant, credentials: &Credentials, exchange: Exchange<'_>) -> Answer {
    let Exchange { request, ambient, .. } = exchange;
    if request.method == "HEAD" {
        return Answer::empty(302).with("location", grant.sign_head(credentials, ambient.now).url);
    }
    let url = grant.sign_get(credentials, ambient.now).url;
    if request.accepts_json() || request.query("json").is_some() {
        let expires = grant.expiration(ambient.now).to_string();
        let expires_with = grant.ends_with().map(EndsWith::as_str);
        return Answer::json(200, JSON, &Body { url: &url, expires, expires_with });
    }
    Answer::empty(302).with("location", url)
}
