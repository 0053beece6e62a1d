//! Short links that end. Who makes them lists them at `/links` and revokes them at `/links/{id}`; who has one uses it at `/l/{id}`.

mod make;
mod page;
mod short;

use error_code::ErrorCode;
use rules::{Blocked, Caller, Denial, DownloadRule, LinkId, ListedLink, Rules};
use serde::Serialize;

pub(crate) use self::make::{Made, decide, make};
pub(crate) use self::short::respond as respond_short;
use crate::cors;
use crate::exchange::{Action, Exchange};
use crate::http::answer::{Answer, JSON};
use crate::http::problem::Problem;

const METHODS: &str = "GET, OPTIONS";
const METHODS_OF_ONE: &str = "DELETE, OPTIONS";

/// A caller's links.
#[derive(Serialize)]
struct Links {
    links: Vec<Link>,
    /// The value of `after` for the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

#[derive(Serialize)]
struct Link {
    id: String,
    url: String,
    path: String,
    expires: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uses_left: Option<u32>,
}

/// Answers requests to `/links` and `/links/{id}`.
#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn respond(rules: &Rules, id: Option<&str>, exchange: Exchange<'_>) -> Action {
    let methods = if id.is_some() { METHODS_OF_ONE } else { METHODS };
    match rule_of(rules, id, exchange) {
        Ok(rule) => {
            exchange.record.borrow_mut().rule(rule.access().rule());
            cors::within(rule.access(), methods, exchange.request, || {
                match (exchange.request.method, id) {
                    ("GET", None) => list(rule, exchange),
                    ("DELETE", Some(id)) => revoke(rule, id, exchange),
                    _ => Err(Problem::method_not_allowed(methods).into()),
                }
                .map(Action::Answer)
            })
        }
        // A page of any of the rules may read why none is meant.
        Err(blocked) => match rule_of_page(rules, exchange) {
            Some(rule) => cors::within(rule.access(), methods, exchange.request, || Err(blocked)),
            None => Action::Answer(crate::routes::not_found().into_answer()),
        },
    }
}

/// Returns a rule that lists links and whose `origins` have the page's, or else any that lists links.
fn rule_of_page<'a>(rules: &'a Rules, exchange: Exchange<'_>) -> Option<&'a DownloadRule> {
    let origin = exchange.request.initiator().origin;
    let is_of = |rule: &&DownloadRule| {
        let mut origins = rule.access().origins().iter();
        origins.any(|of_rule| Some(of_rule.as_str()) == origin)
    };
    rules.rules_with_lists().find(is_of).or_else(|| rules.rules_with_lists().next())
}

/// Returns the rule whose callers a request is for: the one in `?rule=`, the only one that lists links, or the one that made the link.
fn rule_of<'a>(
    rules: &'a Rules,
    id: Option<&str>,
    exchange: Exchange<'a>,
) -> Result<&'a DownloadRule, Blocked<Problem>> {
    let mut listing = rules.rules_with_lists();
    if let Some(name) = exchange.request.query("rule") {
        let rule = rules.download(&name).ok();
        let rule = rule.filter(|rule| listing.any(|listing| core::ptr::eq(listing, *rule)));
        return rule.ok_or_else(|| Problem::from(Denial::NoRule).into());
    }
    match (listing.next(), listing.next(), id) {
        (None, ..) => Err(crate::routes::not_found().into()),
        (Some(rule), None, _) => Ok(rule),
        // A preflight must not depend on whether there is such a link, and needs no rule.
        (Some(_), Some(_), Some(id)) if exchange.request.method != "OPTIONS" => {
            let found = rules.find_link(&parse(id)?, None, exchange.request.results);
            Ok(found.map_err(|blocked| blocked.map(Problem::from))?.rule)
        }
        (Some(_), Some(_), _) => {
            let detail = "several rules make links: add `?rule=` and the name of one";
            Err(Problem::new(ErrorCode::InvalidArgument, detail).into())
        }
    }
}

fn list(rule: &DownloadRule, exchange: Exchange<'_>) -> Result<Answer, Blocked<Problem>> {
    let request = exchange.request;
    let caller = caller(rule, exchange)?;
    let after = request.query("after").map(|id| parse(&id)).transpose()?;
    let listed = rule.list_links(&caller, after.as_ref(), request.results);
    let (links, next) = listed.map_err(|blocked| blocked.map(Problem::from))?;
    let links = links.into_iter().map(|ListedLink { id, target, left, expiration }| Link {
        url: url(&id, exchange),
        id: id.as_str().to_owned(),
        path: target.path,
        expires: expiration.to_string(),
        uses_left: left,
    });
    let next = next.map(|id| id.as_str().to_owned());
    Ok(Answer::json(200, JSON, &Links { links: links.collect(), next }))
}

fn revoke(
    rule: &DownloadRule,
    id: &str,
    exchange: Exchange<'_>,
) -> Result<Answer, Blocked<Problem>> {
    let caller = caller(rule, exchange)?;
    let revoked = rule.revoke_link(&caller, &parse(id)?, exchange.request.results);
    revoked.map_err(|blocked| blocked.map(Problem::from))?;
    Ok(Answer::empty(204))
}

/// Returns the caller, whose ticket is used up if it is valid once. The request that made the links has solved the challenge.
fn caller(rule: &DownloadRule, exchange: Exchange<'_>) -> Result<Caller, Blocked<Problem>> {
    let caller = exchange.caller_without_challenge(rule.access())?;
    let used = caller.use_ticket(exchange.request.results, exchange.ambient);
    used.map_err(|blocked| blocked.map(Problem::from))?;
    Ok(caller)
}

/// Parses an id. A text that is none is answered as an unknown one.
fn parse(id: &str) -> Result<LinkId, Problem> {
    LinkId::parse(id).ok_or_else(|| Denial::NoSuchLink.into())
}

/// Returns the URL of a short link.
fn url(id: &LinkId, exchange: Exchange<'_>) -> String {
    format!("{}/l/{}", exchange.request.url.base, id.as_str())
}
