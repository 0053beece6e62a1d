//! `/downloads/{rule}/{path}`: a redirect to a presigned URL, or the URL itself.

use percent_encoding::percent_decode_str;
use rules::DownloadRule;
use serde::Serialize;

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
}

pub(crate) fn respond(rule: &DownloadRule, path: &str, exchange: Exchange<'_>) -> Step {
    cors::within(rule.access(), METHODS, exchange.request, || match exchange.request.method {
        "GET" | "HEAD" => sign(rule, path, exchange).map(Step::Answer),
        _ => Err(Problem::method_not_allowed(METHODS)),
    })
}

fn sign(rule: &DownloadRule, path: &str, exchange: Exchange<'_>) -> Result<Answer, Problem> {
    let Exchange { site, request, moment } = exchange;
    let caller = exchange.caller(rule.access())?;
    let path = percent_decode_str(path).decode_utf8();
    let path = path.map_err(|_| {
        Problem::new("InvalidArgument", "`path` must be UTF-8, percent-encoded once")
    })?;
    let grant = rule.grant(&caller, &path, moment)?;
    let credentials = grant.credentials(site.secrets())?;
    if request.method == "HEAD" {
        return Ok(
            Answer::empty(302).with("location", grant.sign_head(&credentials, moment.now).url)
        );
    }
    let url = grant.sign_get(&credentials, moment.now).url;
    if request.accepts_json() {
        let expires = grant.expiration(moment.now).to_string();
        return Ok(Answer::json(200, JSON, &Body { url: &url, expires }));
    }
    Ok(Answer::empty(302).with("location", url))
}
