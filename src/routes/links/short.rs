//! `/l/{id}`: a short link. A GET shows a page with a button or uses the link, a POST uses it, and a HEAD never does.

use rules::{Blocked, DownloadGrant, DownloadRule, LinkId, Rules, Serve, UsedLink};
use signer::HttpUrl;

use super::page;
use super::parse;
use crate::exchange::{Action, Exchange};
use crate::http::answer::Answer;
use crate::http::problem::Problem;

const METHODS: &str = "GET, HEAD, POST";

/// The cookie with a browser's token. With the one of a use it can repeat that use.
const COOKIE: &str = "signpost-use";

/// How long a browser keeps the token of a page, in seconds: 1 hour. Two POSTs from that page, such as by a double click, are one use.
const PAGE_SECS: u64 = 3_600;

/// How long a browser keeps the token of a use, in seconds: as long as the use can be repeated.
const USE_SECS: u64 = 60;

/// Answers requests for a short link. Whoever has its id may use it, so there is no other authentication, and no CORS.
#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn respond(rules: &Rules, id: &str, exchange: Exchange<'_>) -> Action {
    match answer(rules, id, exchange) {
        Ok(answer) => Action::Answer(answer),
        Err(Blocked::Pending(effect)) => Action::Perform(effect),
        Err(Blocked::Refused(problem)) if exchange.request.is_navigation() => {
            Action::Answer(page::refused(&problem))
        }
        Err(Blocked::Refused(problem)) => Action::Answer(problem.into_answer()),
    }
}

fn answer(rules: &Rules, id: &str, exchange: Exchange<'_>) -> Result<Answer, Blocked<Problem>> {
    let request = exchange.request;
    let earlier = request.cookie(COOKIE).filter(|token| LinkId::parse(token).is_some());
    match request.method {
        "POST" => follow(rules, &parse(id)?, earlier, exchange),
        "GET" | "HEAD" => look(rules, &parse(id)?, earlier, exchange),
        _ => Err(Problem::method_not_allowed(METHODS).into()),
    }
}

/// Answers a GET or a HEAD.
fn look(
    rules: &Rules,
    id: &LinkId,
    earlier: Option<&str>,
    exchange: Exchange<'_>,
) -> Result<Answer, Blocked<Problem>> {
    let results = exchange.request.results;
    let found = rules.find_link(id, earlier, results).map_err(problem)?;
    exchange.record.borrow_mut().rule(found.rule.access().rule());
    check_place(found.rule, exchange)?;
    let short = found.rule.short_link().filter(|short| short.has_interstitial());
    if short.is_some() {
        // A link to the Worker itself does not show where the bucket is.
        let leads_to_bucket = found.rule.serve() == Serve::Redirect;
        let origin = leads_to_bucket.then(|| found.rule.bucket().bucket().origin());
        let page = page::button(found.target.name.as_deref(), found.left, origin.as_deref());
        return Ok(match found.left {
            Some(_) if exchange.request.method == "GET" => {
                let fresh = LinkId::new((exchange.ambient.random)());
                let token = earlier.unwrap_or(fresh.as_str());
                page.with("set-cookie", cookie(token, PAGE_SECS, id, exchange))
            }
            _ => page,
        });
    }
    if exchange.request.method == "GET" {
        return follow(rules, id, earlier, exchange);
    }
    let secrets = exchange.secrets_for(found.rule.bucket())?;
    let now = exchange.ambient.now;
    let signed =
        found.grant(now).and_then(|grant| at_worker(grant, exchange).sign_head(secrets, now));
    let signed = signed.map_err(Problem::from)?;
    Ok(Answer::empty(302).with("location", signed.output.url.url))
}

/// Uses the link. A use that cannot be signed is given back.
fn follow(
    rules: &Rules,
    id: &LinkId,
    earlier: Option<&str>,
    exchange: Exchange<'_>,
) -> Result<Answer, Blocked<Problem>> {
    let results = exchange.request.results;
    let used = rules.use_link(id, earlier, exchange.ambient, results).map_err(problem)?;
    exchange.record.borrow_mut().rule(used.rule.access().rule());
    match sign(&used, id, exchange) {
        Err(Blocked::Refused(refused)) => {
            used.give_back(id, results).map_err(problem)?;
            Err(refused.into())
        }
        Ok(answer) => {
            used.unlist(id, results).map_err(problem)?;
            Ok(answer)
        }
        pending => pending,
    }
}

fn sign(
    used: &UsedLink<'_>,
    id: &LinkId,
    exchange: Exchange<'_>,
) -> Result<Answer, Blocked<Problem>> {
    check_place(used.rule, exchange)?;
    let secrets = exchange.secrets_for(used.rule.bucket())?;
    let now = exchange.ambient.now;
    let signed =
        used.grant(now).and_then(|grant| at_worker(grant, exchange).sign_get(secrets, now));
    let signed = signed.map_err(Problem::from)?;
    exchange.record.borrow_mut().granted(&signed.key, signed.ends_with);
    // After a POST, the browser shall GET.
    let answer = if exchange.request.method == "POST" {
        Answer::empty(303)
    } else {
        Answer::empty(302).embeddable()
    };
    let answer = answer.with("location", signed.output.url.url);
    Ok(match used.token {
        Some(token) => answer.with("set-cookie", cookie(token, USE_SECS, id, exchange)),
        None => answer,
    })
}

/// Returns a cookie that the browser sends only to this link. `Lax`, since a page of another site can lead to the link.
fn cookie(token: &str, secs: u64, id: &LinkId, exchange: Exchange<'_>) -> String {
    let base = HttpUrl::parse(exchange.request.url.base);
    let path = base.map_or("", |base| base.path()).trim_end_matches('/');
    let id = id.as_str();
    format!("{COOKIE}={token}; Path={path}/l/{id}; Max-Age={secs}; HttpOnly; Secure; SameSite=Lax")
}

/// Checks that the link can be used where the client is. It has ended with the hours of its rule.
fn check_place(rule: &DownloadRule, exchange: Exchange<'_>) -> Result<(), Problem> {
    rule.access().check_place(&exchange.request.client()).map_err(Problem::from)
}

fn problem(blocked: Blocked<rules::Denial>) -> Blocked<Problem> {
    blocked.map(Problem::from)
}

/// Lets a link of a rule that serves through the Worker lead there.
fn at_worker(grant: DownloadGrant, exchange: Exchange<'_>) -> DownloadGrant {
    grant.at(exchange.request.url.base)
}
