//! `/uploads/{rule}/confirm`: proof that a file has arrived. The Worker asks the bucket, and compares its answer with the grant.

use error_code::ErrorCode;
use rules::{Blocked, Confirmation, Denial, StoredObject, UploadRule};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::exchange::{Action, Exchange};
use crate::http::answer::{Answer, JSON};
use crate::http::body;
use crate::http::problem::Problem;
use crate::routes::form_page;
use crate::uploaded::uploaded;

pub(crate) const METHODS: &str = "POST, OPTIONS";

/// A stored object, as the client that uploaded it gets to know.
#[derive(Debug, Serialize)]
pub(crate) struct Confirmed {
    /// The object's URL, unsigned, and the bucket's name: only for Companion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bucket: Option<String>,
    pub(crate) key: String,
    pub(crate) size: u64,
    pub(crate) r#type: String,
    pub(crate) etag: String,
    /// The checksum that was granted, if the bucket reported it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) checksum: Option<String>,
    /// Absent without an issuer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) receipt: Option<String>,
}

impl Confirmed {
    /// Does what an ended upload requires, and describes it for the client.
    ///
    /// # Errors
    ///
    /// As [`uploaded`].
    pub(crate) fn of(
        object: StoredObject,
        exchange: Exchange<'_>,
    ) -> Result<Self, Blocked<Denial>> {
        let Exchange { site, request, ambient, event, .. } = exchange;
        let ended = uploaded(&object, site, request.results, ambient)?;
        let receipt = ended.receipt;
        event.replace(ended.event);
        let StoredObject { key, size, media_type, etag, checksum, .. } = object;
        let r#type = media_type;
        Ok(Self { location: None, bucket: None, key, size, r#type, etag, checksum, receipt })
    }
}

/// Answers `confirm`.
#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn respond(
    rule: &UploadRule,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    if exchange.request.method != "POST" {
        return Err(Problem::method_not_allowed(METHODS).into());
    }
    let Exchange { request, ambient, .. } = exchange;
    // The state proves that the rule's challenge was solved.
    let caller = exchange.caller_without_challenge(rule.access())?;
    let Some(members) = body::read::<Map<String, Value>>(request, body::MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: body::MAX_BYTES });
    };
    let state = members.get("confirm").and_then(Value::as_str).filter(|_| members.len() == 1);
    let state = state.ok_or_else(malformed)?;
    let secrets = exchange.secrets_for(rule.bucket())?;
    let confirmation = rule.confirm(&caller, state, secrets, ambient.now)?;
    let confirmed = check(&confirmation, exchange)?;
    Ok(Action::Answer(Answer::json(200, JSON, &confirmed)))
}

fn malformed() -> Problem {
    let detail = r#"the body must be {"confirm":"..."}, with the member `confirm` of the answer to the upload request"#;
    Problem::new(ErrorCode::MalformedPostRequest, detail)
}

/// Answers `GET .../done/{state}`, the page after a form without scripts: it says what the bucket has stored.
///
/// Whoever has the address may see it. S3 adds `bucket`, `key` and `etag` to the address, which anybody can change: the key counts only
/// if the form made the file's name part of it, and only as the form permits.
#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn page(
    rule: &UploadRule,
    state: &str,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    if exchange.request.method != "GET" {
        return Err(Problem::method_not_allowed("GET, OPTIONS").into());
    }
    let page = match confirm_page(rule, state, exchange) {
        Ok(confirmed) => form_page::stored(&confirmed),
        Err(Blocked::Refused(problem)) => form_page::not_stored(&problem),
        Err(Blocked::Pending(effect)) => return Err(Blocked::Pending(effect)),
    };
    Ok(Action::Answer(page))
}

fn confirm_page(
    rule: &UploadRule,
    state: &str,
    exchange: Exchange<'_>,
) -> Result<Confirmed, Blocked<Problem>> {
    let Exchange { site, request, ambient, record, .. } = exchange;
    let key = request.query("key").unwrap_or_default();
    let open = |secrets| rule.confirm_page(state, &key, secrets, ambient.now);
    let (caller, confirmation) = match open(site.secrets()) {
        // The state is valid, so it may cause a request for credentials.
        Err(Denial::CredentialsUnavailable { .. }) => open(exchange.secrets_for(rule.bucket())?)?,
        opened => opened?,
    };
    record.borrow_mut().caller(&caller);
    check(&confirmation, exchange)
}

fn check(
    confirmation: &Confirmation<'_>,
    exchange: Exchange<'_>,
) -> Result<Confirmed, Blocked<Problem>> {
    let Exchange { site, request, record, .. } = exchange;
    let problem = |blocked: Blocked<Denial>| blocked.map(Problem::from);
    record.borrow_mut().granted(confirmation.key(), None);
    if let Some(rules) = site.rules() {
        rules.check_issuer(site.secrets())?;
    }
    let object = confirmation.check(request.results).map_err(problem)?;
    Confirmed::of(object, exchange).map_err(problem)
}
