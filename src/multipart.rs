//! `/uploads/{rule}/multipart`: large files, in parts.
//!
//! ```text
//! POST   .../multipart                        an ask as for one piece   begins: uploadId, key, partSize, parts, expires
//! GET    .../multipart/{uploadId}?sign=1,2    signs parts               {"parts":[{"partNumber","url","headers"}]}
//! GET    .../multipart/{uploadId}?after=0     lists what is stored      {"parts":[{"partNumber","etag","size"}]}
//! POST   .../multipart/{uploadId}             joins them                {"key"}
//! DELETE .../multipart/{uploadId}             drops them                204
//! ```

use rules::{Caller, Fetched, MultipartUpload, Need, Part, UploadAsk, UploadRule};
use serde::{Deserialize, Serialize};

use crate::admission::Halt;
use crate::problem::Problem;
use crate::respond::{Exchange, nothing_here};
use crate::upload::{JSON, Pairs};
use crate::{Answer, Step, body};

pub(crate) const METHODS: &str = "POST, GET, DELETE, OPTIONS";

/// Most parts signed at once.
const MAX_SIGNED: usize = 1_000;

/// Longest list of parts taken, in bytes: ten thousand of them.
const MAX_BYTES: usize = 1 << 20;

/// What completes an upload.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Completion {
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Parts<T> {
    parts: Vec<T>,
}

/// A part that may be sent.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignedPart {
    part_number: u16,
    url: String,
    headers: Pairs<String>,
    expires: String,
}

#[derive(Serialize)]
struct Stored<'a> {
    key: &'a str,
}

/// Answers what follows `multipart`: nothing, or `/{uploadId}`.
pub(crate) fn respond(rule: &UploadRule, rest: &str, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let caller = exchange.caller(rule.access())?;
    let method = exchange.request.method;
    let Some(sealed) = rest.strip_prefix('/') else {
        return match (method, rest) {
            ("POST", "") => begin(rule, &caller, exchange),
            (_, "") => Err(Problem::method_not_allowed("POST, OPTIONS").into()),
            _ => Err(nothing_here().into()),
        };
    };
    let (secrets, now) = (exchange.site.secrets(), exchange.moment.now);
    let upload = rule.resume(&caller, sealed, secrets, now)?;
    exchange.record.borrow_mut().granted(upload.key(), None);
    match method {
        "GET" if exchange.request.query("sign").is_some() => {
            sign(&upload, exchange).map(Step::Answer)
        }
        "GET" => list(&upload, exchange).map(Step::Answer),
        "POST" => complete(&upload, exchange),
        "DELETE" => {
            ask_store(upload.abort(now), exchange).map(|_| Step::Answer(Answer::empty(204)))
        }
        _ => Err(Problem::method_not_allowed(METHODS).into()),
    }
}

fn begin(rule: &UploadRule, caller: &Caller, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let Exchange { site, request, moment, record } = exchange;
    let Some(ask) = body::read::<UploadAsk>(request, body::MAX_BYTES)? else {
        return Ok(Step::ReadBody { max_bytes: body::MAX_BYTES });
    };
    let mut grant = rule.begin(caller, &ask, moment)?;
    let credentials = grant.credentials(site.secrets(), moment.now)?;
    let answer = ask_store(grant.create(&credentials, moment.now), exchange)?;
    let begun = grant.begun(answer, &credentials).ok_or_else(unreadable)?;
    record.borrow_mut().granted(&begun.key, None);
    Ok(Step::Answer(Answer::json(200, JSON, &begun)))
}

fn sign(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Answer, Halt> {
    let now = exchange.moment.now;
    let numbers = exchange.request.query("sign").unwrap_or_default();
    let numbers: Result<Vec<u16>, _> = numbers.split(',').map(str::parse).collect();
    let numbers = numbers.ok().filter(|numbers| numbers.len() <= MAX_SIGNED).ok_or_else(|| {
        Problem::new(
            "InvalidArgument",
            format!("`sign` must be at most {MAX_SIGNED} numbers, such as 1,2,3"),
        )
    })?;
    let part = |number| {
        let signed = upload.sign_part(number, now)?;
        let headers = signed
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_str().to_owned()));
        let expires = upload.expiration(now).to_string();
        Ok(SignedPart {
            part_number: number,
            headers: Pairs(headers.collect()),
            url: signed.url,
            expires,
        })
    };
    let parts = numbers.into_iter().map(part).collect::<Result<_, Halt>>()?;
    Ok(Answer::json(200, JSON, &Parts { parts }))
}

fn list(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Answer, Halt> {
    let after = exchange.request.query("after").map_or(Ok(0), |after| after.parse());
    let after =
        after.map_err(|_| Problem::new("InvalidArgument", "`after` must be a part's number"))?;
    let answer = ask_store(upload.list(after, exchange.moment.now), exchange)?;
    Ok(Answer::json(200, JSON, &Parts { parts: MultipartUpload::listed(answer) }))
}

fn complete(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let Some(Completion { parts }) = body::read(exchange.request, MAX_BYTES)? else {
        return Ok(Step::ReadBody { max_bytes: MAX_BYTES });
    };
    let answer = ask_store(upload.complete(&parts, exchange.moment.now)?, exchange)?;
    // S3 can say 200 before it has joined the parts, and then that it could not.
    if !answer.body.contains("<CompleteMultipartUploadResult") {
        return Err(refused(answer).into());
    }
    Ok(Step::Answer(Answer::json(200, JSON, &Stored { key: upload.key() })))
}

/// Sends a request to the bucket, and takes nothing but success for an answer.
fn ask_store(need: Need, exchange: Exchange<'_>) -> Result<&Fetched, Halt> {
    let answer = exchange.request.facts.answer(need)?;
    if (200..300).contains(&answer.status) { Ok(answer) } else { Err(refused(answer).into()) }
}

/// What the bucket says of an upload is passed on; what it says of us is not.
fn refused(answer: &Fetched) -> Problem {
    match answer.code().as_deref() {
        Some("NoSuchUpload") => rules::Denial::NoSuchUpload.into(),
        Some("InvalidPart" | "InvalidPartOrder") => Problem::new(
            "InvalidPart",
            "the bucket has another part, or none, under one of these numbers",
        ),
        Some("EntityTooSmall") => Problem::new("InvalidPart", "the bucket finds a part too small"),
        _ => unreadable(),
    }
}

fn unreadable() -> Problem {
    Problem::new("ServiceUnavailable", "the bucket refused what this Worker asked of it")
}
