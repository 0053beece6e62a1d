//! `/uploads/{rule}`: forms or PUTs for a script, or a page with a form for browsers without scripts.

use rules::{Blocked, Denial, EndsWith, MediaType, Signed, SignedUpload, UploadRule};
use serde::Serialize;

use crate::cors;
use crate::exchange::{Action, Exchange};
use crate::http::answer::{Answer, JSON, Pairs};
use crate::http::body;
use crate::http::problem::Problem;
use crate::http::url::form_url;
use crate::routes::sign_grant::sign_grant;
use crate::routes::{batch, confirm, form_page, multipart, not_found, uploaders};

const METHODS: &str = "POST, GET, OPTIONS";
const METHODS_OF_DONE: &str = "GET, OPTIONS";

/// The answer to a script.
#[derive(Serialize)]
pub(crate) struct Body<'a> {
    method: &'static str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Pairs<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Pairs<&'a str>>,
    key: &'a str,
    expires: String,
    /// What makes the permission expire before the rule's `expires` has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_with: Option<&'static str>,
    /// The state with which the upload can be confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<&'a str>,
}

impl<'a> Body<'a> {
    pub(crate) fn new(signed: &'a Signed<SignedUpload>) -> Self {
        let upload = &signed.output;
        Self {
            method: upload.method(),
            url: upload.url(),
            fields: upload.fields().map(Pairs),
            headers: upload.headers().map(Pairs),
            key: &signed.key,
            expires: signed.expiration.to_string(),
            expires_with: signed.ends_with.map(EndsWith::as_str),
            confirm: signed.confirm.as_deref(),
        }
    }
}

#[inline(never)] // keeps it out of the function that V8 compiles for all routes
pub(crate) fn respond(rule: &UploadRule, page: Option<&str>, exchange: Exchange<'_>) -> Action {
    exchange.record.borrow_mut().rule(rule.access().rule());
    if let Err(denial) = rule.check_notify(exchange.site.secrets()) {
        return cors::within(rule.access(), METHODS, exchange.request, || Err(denial.into()));
    }
    if let Some(rest) = page.and_then(|page| page.strip_prefix("multipart"))
        && rule.takes_parts()
    {
        return cors::within(rule.access(), multipart::methods(rest), exchange.request, || {
            multipart::respond(rule, rest, exchange)
        });
    }
    if rule.takes_uploaders()
        && let Some(action) = page.and_then(|page| uploaders::respond(rule, page, exchange))
    {
        return action;
    }
    let is_confirmation = page == Some("confirm") && rule.takes_confirmations();
    let done = page.and_then(|page| page.strip_prefix("done/"));
    let done = done.filter(|_| rule.takes_confirmations());
    let methods = match page {
        Some("done") => METHODS_OF_DONE,
        Some(_) if done.is_some() => METHODS_OF_DONE,
        Some("confirm") if is_confirmation => confirm::METHODS,
        _ => METHODS,
    };
    // The page that asks for the type reserves nothing.
    let is_form = || rule.types().len() == 1 || exchange.request.query("type").is_some();
    let changes = rule.has_quota() && page.is_none() && is_form();
    cors::within_changing(changes, rule.access(), methods, exchange.request, || {
        if let Some(state) = done {
            return confirm::page(rule, state, exchange);
        }
        match (exchange.request.method, page) {
            ("POST", None) => sign(rule, exchange),
            ("GET", None) => form(rule, exchange).map(Action::Answer),
            ("GET", Some("done")) => Ok(Action::Answer(form_page::done())),
            (_, None | Some("done")) => Err(Problem::method_not_allowed(methods).into()),
            (_, Some("confirm")) if is_confirmation => confirm::respond(rule, exchange),
            (_, Some("multipart")) => Err(Denial::NoMultipart.into()),
            (_, Some(_)) => Err(not_found().into()),
        }
    })
}

#[inline(never)] // keeps signing out of the function that V8 compiles for all routes
fn sign(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let caller = exchange.caller(rule.access())?;
    let Some(text) = body::bytes(exchange.request, batch::MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: batch::MAX_BYTES });
    };
    if batch::is_files(text) {
        return batch::sign_uploads(rule, &caller, text, exchange);
    }
    body::check_length(text, body::MAX_BYTES)?;
    let request = body::parse_file(text, "the body")?;
    let signed = sign_grant(rule.grant(&caller, &request, exchange.ambient)?, exchange)?;
    let answer = Answer::json(200, JSON, &Body::new(&signed));
    Ok(Action::Answer(answer.with_end(signed.ends_with)))
}

/// Answers with the form for one type, or with a choice between types.
#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
fn form(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Answer, Blocked<Problem>> {
    match (exchange.request.query("type"), rule.types()) {
        (Some(media_type), _) => form_of_type(rule, &media_type, exchange),
        (None, [only]) => form_of_type(rule, only.as_str(), exchange),
        (None, types) => {
            let caller = exchange.caller_with_ticket_left(rule.access())?;
            // Refuse now if no choice could lead to a form.
            let first = types.first().map(MediaType::as_str).unwrap_or_default();
            rule.grant_form(&caller, first, exchange.ambient).map(drop)?;
            Ok(form_page::choice(types, rule.access().origins()))
        }
    }
}

fn form_of_type(
    rule: &UploadRule,
    media_type: &str,
    exchange: Exchange<'_>,
) -> Result<Answer, Blocked<Problem>> {
    let Exchange { request, ambient, record, .. } = exchange;
    let caller = exchange.caller(rule.access())?;
    let mut grant = rule.grant_form(&caller, media_type, ambient)?;
    let secrets = exchange.secrets_for(rule.bucket())?;
    let reserved = grant.reserve((secrets, request.results), ambient);
    reserved.map_err(|blocked| blocked.map(Problem::from))?;
    let done = format!("{}{}/done", request.url.base, request.url.path);
    let redirect = |state: Option<&str>| match (grant.redirect(), state) {
        (Some(redirect), _) => redirect.to_owned(),
        (None, Some(state)) => format!("{done}/{state}"),
        (None, None) => done.clone(),
    };
    let mut signed = grant.sign(redirect, secrets, ambient.now)?;
    record.borrow_mut().granted(&signed.key, signed.ends_with);
    if let Some(bucket) = &signed.bound_bucket {
        signed.output.url = form_url(request.url.base, bucket);
    }
    let redirect = grant.redirect().unwrap_or(&done);
    let page = form_page::form(&grant, &signed.output, redirect, rule.access().origins());
    Ok(page.with_end(signed.ends_with))
}
