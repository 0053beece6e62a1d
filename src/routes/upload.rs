//! `/uploads/{rule}`: a form or a PUT for a script, a page with a form for everyone else.

use rules::{Blocked, Denial, EndsWith, MediaType, SignedUpload, UploadRequest, UploadRule};
use serde::Serialize;
use signer::PresignedUrl;

use crate::cors;
use crate::exchange::Action;
use crate::exchange::Exchange;
use crate::http::answer::{Answer, JSON, Pairs};
use crate::http::body;
use crate::http::problem::Problem;
use crate::http::url::form_url;
use crate::routes::form_page;
use crate::routes::multipart;
use crate::routes::uploaders;

const METHODS: &str = "POST, GET, OPTIONS";

/// What a script gets.
#[derive(Serialize)]
struct Body<'a> {
    method: &'static str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Pairs<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Pairs<&'a str>>,
    key: &'a str,
    expires: String,
    /// What ends the permission before its rule would.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_with: Option<&'static str>,
}

pub(crate) fn respond(rule: &UploadRule, page: Option<&str>, exchange: Exchange<'_>) -> Action {
    exchange.record.borrow_mut().rule(rule.access().rule());
    if let Some(rest) = page.and_then(|page| page.strip_prefix("multipart"))
        && rule.takes_parts()
    {
        return cors::within(rule.access(), multipart::METHODS, exchange.request, || {
            multipart::respond(rule, rest, exchange)
        });
    }
    if rule.takes_uploaders()
        && let Some(action) = page.and_then(|page| uploaders::respond(rule, page, exchange))
    {
        return action;
    }
    cors::within(rule.access(), METHODS, exchange.request, || {
        match (exchange.request.method, page) {
            ("POST", None) => sign(rule, exchange),
            ("GET", None) => page_with_form(rule, exchange).map(Action::Answer),
            ("GET", Some("done")) => Ok(Action::Answer(form_page::done())),
            (_, None) => Err(Problem::method_not_allowed(METHODS).into()),
            (_, Some("done")) => Err(Problem::method_not_allowed("GET").into()),
            (_, Some("multipart")) => Err(Denial::NoMultipart.into()),
            (_, Some(_)) => Err(Problem::not_found().into()),
        }
    })
}

fn sign(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let Exchange { site, request, ambient, record } = exchange;
    let caller = exchange.caller(rule.access())?;
    let Some(ask) = body::read::<UploadRequest>(request, body::MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: body::MAX_BYTES });
    };
    let mut grant = rule.grant(&caller, &ask, ambient)?;
    let credentials = grant.credentials(site.secrets(), ambient.now)?;
    record.borrow_mut().granted(grant.key(), grant.ends_with());
    let ends_with = grant.ends_with();
    let expires_with = ends_with.map(EndsWith::as_str);
    let own_form = grant.bound_bucket().map(|name| form_url(request.url.origin, name));
    let (key, expires) = (grant.key().to_owned(), grant.expiration(ambient.now).to_string());
    let answer = match grant.sign(&credentials, ambient.now) {
        SignedUpload::Post(mut post) => {
            post.url = own_form.unwrap_or(post.url);
            let fields =
                post.fields.iter().map(|(name, value)| (name.as_ref(), value.as_str())).collect();
            let (url, fields) = (&post.url, Some(Pairs(fields)));
            Answer::json(
                200,
                JSON,
                &Body {
                    method: "POST",
                    url,
                    fields,
                    headers: None,
                    key: &key,
                    expires,
                    expires_with,
                },
            )
        }
        SignedUpload::Put(PresignedUrl { method, url, headers }) => {
            let headers =
                headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let (method, headers) = (method.as_str(), Some(Pairs(headers)));
            Answer::json(
                200,
                JSON,
                &Body {
                    method,
                    url: &url,
                    fields: None,
                    headers,
                    key: &key,
                    expires,
                    expires_with,
                },
            )
        }
    };
    Ok(Action::Answer(answer.with_end(ends_with)))
}

/// The form of one type, or the choice between types.
#[inline(never)] // V8 compiles whole functions: what is rare is one of its own
fn page_with_form(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Answer, Blocked<Problem>> {
    let Exchange { site, request, ambient, record } = exchange;
    let (caller, origins) = (exchange.caller(rule.access())?, rule.access().origins());
    let media_type = match (request.query("type"), rule.types()) {
        (Some(media_type), _) => media_type,
        (None, [only]) => only.as_str().to_owned(),
        (None, types) => {
            // Refused before there is a choice, if no choice could lead to a form.
            let first = types.first().map(MediaType::as_str).unwrap_or_default();
            rule.grant_form(&caller, first, ambient).map(drop)?;
            return Ok(form_page::choice(types, origins));
        }
    };
    let mut grant = rule.grant_form(&caller, &media_type, ambient)?;
    let credentials = grant.credentials(site.secrets(), ambient.now)?;
    record.borrow_mut().granted(grant.key(), grant.ends_with());
    let ends_with = grant.ends_with();
    let redirect = match grant.redirect() {
        Some(redirect) => redirect.to_owned(),
        None => format!("{}{}/done", request.url.origin, request.url.path),
    };
    let own_form = grant.bound_bucket().map(|name| form_url(request.url.origin, name));
    let target = own_form.clone().unwrap_or_else(|| grant.bucket_origin());
    let page = form_page::Page::new(&grant, &target, &redirect, origins);
    let mut post = grant.sign(&redirect, &credentials, ambient.now);
    post.url = own_form.unwrap_or(post.url);
    Ok(page.into_answer(&post).with_end(ends_with))
}
