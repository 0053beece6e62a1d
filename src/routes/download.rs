//! `/downloads/{rule}/{path}`: a redirect to a presigned URL, the URL itself, or the object. `/downloads/{rule}`: the URLs for
//! several paths.

use alloc::borrow::Cow;

use error_code::ErrorCode;
use percent_encoding::percent_decode_str;
use rules::{
    Blocked, Caller, Denial, DownloadRule, EndsWith, Serve, ShortLink, Signed, SignedLink,
};
use serde::Serialize;

use crate::cors;
use crate::exchange::{Action, Exchange};
use crate::files::read_object::ReadObject;
use crate::files::{CacheControl, ErrorFormat, Presentation, asks_for_checksums};
use crate::http::answer::{Answer, JSON};
use crate::http::problem::Problem;
use crate::http::request::Request;
use crate::http::url::Url;
use crate::routes::batch;
use crate::routes::links::{self, Made};

const METHODS: &str = "GET, HEAD, OPTIONS";
const METHODS_OF_RULE: &str = "GET, HEAD, POST, OPTIONS";

/// The answer to a script.
#[derive(Serialize)]
pub(crate) struct Body<'a> {
    pub(crate) url: &'a str,
    pub(crate) expires: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_with: Option<&'static str>,
    /// The id of a short link, with which it can be revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<&'a str>,
    /// How often a short link may be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uses: Option<u32>,
}

impl<'a> Body<'a> {
    pub(crate) fn new(signed: &'a Signed<SignedLink>) -> Self {
        Self {
            url: &signed.output.url.url,
            expires: signed.expiration.to_string(),
            expires_with: signed.ends_with.map(EndsWith::as_str),
            id: None,
            uses: None,
        }
    }

    /// Describes a short link.
    pub(crate) fn short(made: &'a Made) -> Self {
        Self {
            url: &made.url,
            expires: made.expires.clone(),
            expires_with: made.ends_with.map(EndsWith::as_str),
            id: Some(&made.id),
            uses: made.uses,
        }
    }
}

#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn respond(rule: &DownloadRule, path: &str, exchange: Exchange<'_>) -> Action {
    exchange.record.borrow_mut().rule(rule.access().rule());
    let gives_links = rule.serve() != Serve::Direct;
    let methods = if path.is_empty() && gives_links { METHODS_OF_RULE } else { METHODS };
    let changes = rule.short_link().is_some();
    cors::within_changing(changes, rule.access(), methods, exchange.request, || {
        match exchange.request.method {
            "GET" | "HEAD" if gives_links => link(rule, path, exchange).map(Action::Answer),
            "GET" | "HEAD" => {
                object(rule, path, exchange).map(|read| Action::ReadObject(Box::new(read)))
            }
            "POST" if path.is_empty() && gives_links => batch::sign_links(rule, exchange),
            _ => Err(Problem::method_not_allowed(methods).into()),
        }
    })
}

fn link(
    rule: &DownloadRule,
    path: &str,
    exchange: Exchange<'_>,
) -> Result<Answer, Blocked<Problem>> {
    let request = exchange.request;
    let caller = exchange.caller(rule.access())?;
    let path = decode(path)?;
    let name = request.query("download");
    if let Some(short) = rule.short_link() {
        return short_link(rule, short, &caller, &path, name.as_deref(), exchange);
    }
    let signed = sign(rule, &caller, &path, name.as_deref(), exchange)?;
    let max_age = signed.output.max_age;
    let answer = answer(signed, request);
    Ok(match max_age {
        Some(secs) => answer.cacheable(secs),
        None => answer,
    })
}

/// Makes a short link, for scripts only: a browser that loads an address again, or in advance, must not make another link.
#[inline(never)] // keeps rare code out of the function that V8 compiles for all downloads
fn short_link(
    rule: &DownloadRule,
    short: ShortLink,
    caller: &Caller,
    path: &str,
    name: Option<&str>,
    exchange: Exchange<'_>,
) -> Result<Answer, Blocked<Problem>> {
    let request = exchange.request;
    if request.method != "GET" || !wants_json(request) {
        return Err(Problem::from(Denial::ShortLinksOnly).into());
    }
    let new = links::decide(rule, short, caller, path, name, exchange)?;
    let made = links::make(rule, short, vec![new], exchange)?;
    let made = made.first().ok_or(Denial::StateUnavailable).map_err(Problem::from)?;
    Ok(Answer::json(200, JSON, &Body::short(made)).with_end(made.ends_with))
}

fn wants_json(request: &Request<'_>) -> bool {
    request.accepts_json() || request.query("json").is_some()
}

/// Reads the object at `path` for the answer.
#[inline(never)] // rare
fn object(
    rule: &DownloadRule,
    path: &str,
    exchange: Exchange<'_>,
) -> Result<ReadObject, Blocked<Problem>> {
    let Exchange { site, request, ambient, record, .. } = exchange;
    // A call by another Worker asks for JSON, and expects it.
    if request.query("json").is_some() {
        return Err(Denial::NoLinks.into());
    }
    let headers = request.results.headers().map_err(|blocked| blocked.map(Problem::from))?;
    let caller = exchange.caller(rule.access())?;
    let name = request.query("download");
    let object = rule.serve_object(&caller, &decode(path)?, name.as_deref(), ambient)?;
    record.borrow_mut().granted(object.key().as_str(), None);
    if site.lacks(object.binding()) {
        let detail = "the bucket is not bound to the Worker; /healthz lists what is missing";
        return Err(Problem::new(ErrorCode::ServiceUnavailable, detail).into());
    }
    let presentation = Presentation {
        overrides: Presentation::headers_of(object.overrides()),
        active_content: object.active_content(),
        cache_control: CacheControl::PerCaller { max_age: object.max_age() },
        with_checksums: headers.iter().any(|(name, value)| asks_for_checksums(name, value)),
    };
    let place = (object.binding().as_str(), object.key().as_str());
    let errors = ErrorFormat::Problem;
    let read = ReadObject::new(place, request.method, headers, presentation, errors);
    Ok(read.through_cache(object.cache_secs()))
}

fn decode(path: &str) -> Result<Cow<'_, str>, Problem> {
    percent_decode_str(path).decode_utf8().map_err(|_| {
        Problem::new(ErrorCode::InvalidArgument, "`path` must be UTF-8, percent-encoded once")
    })
}

/// Signs a link to `path`. With a name, browsers save the object under it.
#[inline(never)] // called for one and for many
pub(crate) fn sign(
    rule: &DownloadRule,
    caller: &Caller,
    path: &str,
    name: Option<&str>,
    exchange: Exchange<'_>,
) -> Result<Signed<SignedLink>, Blocked<Problem>> {
    let Exchange { request, ambient, record, .. } = exchange;
    let mut grant = rule.grant(caller, path, ambient)?;
    if let Some(name) = name {
        grant = grant.saved_as(name)?;
    }
    if request.url.base != Url::NOWHERE {
        grant = grant.at(request.url.base);
    }
    let secrets = exchange.secrets_for(rule.bucket())?;
    let signed = match request.method {
        "HEAD" => grant.sign_head(secrets, ambient.now)?,
        _ => grant.sign_get(secrets, ambient.now)?,
    };
    record.borrow_mut().granted(&signed.key, signed.ends_with);
    Ok(signed)
}

fn answer(signed: Signed<SignedLink>, request: &Request<'_>) -> Answer {
    let answer = if request.method == "GET" && wants_json(request) {
        Answer::json(200, JSON, &Body::new(&signed))
    } else {
        Answer::empty(302).with("location", signed.output.url.url).embeddable()
    };
    answer.with_end(signed.ends_with)
}
