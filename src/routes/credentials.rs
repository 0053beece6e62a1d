//! `/credentials/{rule}`: temporary credentials, in the form that the client reads.

mod format;

use rules::{Blocked, CredentialsRule};

use self::format::Format;
use crate::cors;
use crate::exchange::{Action, Exchange};
use crate::http::answer::Answer;
use crate::http::problem::Problem;

const METHODS: &str = "GET, POST, OPTIONS";

#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn respond(rule: &CredentialsRule, exchange: Exchange<'_>) -> Action {
    exchange.record.borrow_mut().rule(rule.access().rule());
    // Even a GET makes credentials, so no page of another site may cause one, not even by a link.
    cors::within_write(rule.access(), METHODS, exchange.request, || match exchange.request.method {
        "GET" | "POST" => hand_out(rule, exchange).map(Action::Answer),
        _ => Err(Problem::method_not_allowed(METHODS).into()),
    })
}

fn hand_out(rule: &CredentialsRule, exchange: Exchange<'_>) -> Result<Answer, Blocked<Problem>> {
    let Exchange { site, request, ambient, record, .. } = exchange;
    let format = Format::of(request)?;
    let caller = exchange.caller_with_ticket_left(rule.access())?;
    let grant = rule.grant(&caller, ambient)?;
    exchange.use_ticket(&caller)?;
    let handed_out = grant
        .issue(site.secrets(), request.results, ambient.now)
        .map_err(|blocked| blocked.map(Problem::from))?;
    let answer = format.answer(&handed_out)?;
    record.borrow_mut().granted(grant.prefix(), grant.ends_with());
    Ok(answer.with_end(grant.ends_with()))
}
