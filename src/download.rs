//! `/downloads/{rule}/{path}`: a redirect to a presigned URL, or the URL itself.

use percent_encoding::percent_decode_str;
use rules::{DownloadGrant, DownloadRule, EndsWith};
use serde::Serialize;
use signer::Credentials;

use crate::admission::Halt;
use crate::cors;
use crate::problem::Problem;
use crate::respond::Exchange;
use crate::upload::JSON;
use crate::{Answer, Step};

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
pub(crate) fn respond(rule: &DownloadRule, path: &str, exchange: Exchange<'_>) -> Step {
    exchange.record.borrow_mut().rule(rule.access().rule());
    cors::within(rule.access(), METHODS, exchange.request, || match exchange.request.method {
        "GET" | "HEAD" => sign(rule, path, exchange).map(Step::Answer),
        _ => Err(Problem::method_not_allowed(METHODS).into()),
    })
}

fn sign(rule: &DownloadRule, path: &str, exchange: Exchange<'_>) -> Result<Answer, Halt> {
    let Exchange { site, request, moment, record, .. } = exchange;
    let caller = exchange.caller(rule.access())?;
    let path = percent_decode_str(path).decode_utf8();
    let path = path.map_err(|_| {
        Problem::new("InvalidArgument", "`path` must be UTF-8, percent-encoded once")
    })?;
    let mut grant = rule.grant(&caller, &path, moment)?;
    if let Some(name) = request.query("download") {
        grant = grant.saved_as(&name)?;
    }
    let credentials = grant.credentials(site.secrets(), moment.now)?;
    record.borrow_mut().granted(grant.key(), grant.ends_with());
    let answer = answer(&grant, &credentials, exchange).with_end(grant.ends_with());
    Ok(match grant.max_age(moment.now) {
        Some(secs) => answer.cacheable(secs),
        None => answer,
    })
}

fn answer(grant: &DownloadGrant, credentials: &Credentials, exchange: Exchange<'_>) -> Answer {
    let Exchange { request, moment, .. } = exchange;
    if request.method == "HEAD" {
        return Answer::empty(302).with("location", grant.sign_head(credentials, moment.now).url);
    }
    let url = grant.sign_get(credentials, moment.now).url;
    if request.accepts_json() || request.query("json").is_some() {
        let expires = grant.expiration(moment.now).to_string();
        let expires_with = grant.ends_with().map(EndsWith::as_str);
        return Answer::json(200, JSON, &Body { url: &url, expires, expires_with });
    }
    Answer::empty(302).with("location", url)
}
