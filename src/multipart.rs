//! `/uploads/{rule}/multipart`: large files, in parts.
//!
//! ```text
//! POST   .../multipart                        an ask as for one piece   begins: uploadId, key, partSize, parts, expires
//! GET    .../multipart/{uploadId}?sign=1,2    signs parts               {"parts":[{"partNumber","url","headers"}]}
//! GET    .../multipart/{uploadId}?after=0     lists what is stored      {"parts":[{"partNumber","etag","size"}]}
//! POST   .../multipart/{uploadId}             joins them                {"key"}
//! DELETE .../multipart/{uploadId}             drops them                204
//! ```

use rules::{Cut, MultipartUpload, Part, UploadAsk, UploadRule};
use serde::{Deserialize, Serialize};

use crate::admission::Halt;
use crate::problem::Problem;
use crate::respond::{Exchange, nothing_here};
use crate::upload::{JSON, Pairs};
use crate::{Answer, Step, body, parts};

pub(crate) const METHODS: &str = "POST, GET, DELETE, OPTIONS";

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
#[inline(never)] // V8 compiles whole functions: what is rare is one of its own
pub(crate) fn respond(rule: &UploadRule, rest: &str, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let method = exchange.request.method;
    let Some(sealed) = rest.strip_prefix('/') else {
        return match (method, rest) {
            ("POST", "") => begin(rule, exchange),
            (_, "") => Err(Problem::method_not_allowed("POST, OPTIONS").into()),
            _ => Err(nothing_here().into()),
        };
    };
    let upload = parts::find(rule, sealed, exchange)?;
    match method {
        "GET" if exchange.request.query("sign").is_some() => {
            sign(&upload, exchange).map(Step::Answer)
        }
        "GET" => list(&upload, exchange).map(Step::Answer),
        "POST" => complete(&upload, exchange),
        "DELETE" => parts::drop(&upload, exchange).map(|()| Step::Answer(Answer::empty(204))),
        _ => Err(Problem::method_not_allowed(METHODS).into()),
    }
}

fn begin(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let caller = exchange.caller(rule.access())?;
    let Some(ask) = body::read(exchange.request, body::MAX_BYTES, UploadAsk::from_json)? else {
        return Ok(Step::ReadBody { max_bytes: body::MAX_BYTES });
    };
    let grant = rule.begin(&caller, &ask, Cut::Usual, exchange.moment)?;
    let begun = parts::begin(grant, 0, exchange)?;
    exchange.record.borrow_mut().granted(&begun.key, None);
    Ok(Step::Answer(Answer::json(200, JSON, &begun)))
}

fn sign(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Answer, Halt> {
    let now = exchange.moment.now;
    let numbers = parts::numbers("sign", exchange)?;
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
    let answer = parts::ask_store(upload.list(after, exchange.moment.now), exchange)?;
    Ok(Answer::json(200, JSON, &Parts { parts: Part::all_in(&answer.body) }))
}

fn complete(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let Some(Completion { parts }) = body::read(exchange.request, parts::MAX_BYTES, body::derived)?
    else {
        return Ok(Step::ReadBody { max_bytes: parts::MAX_BYTES });
    };
    parts::join(upload, &parts, exchange)?;
    Ok(Step::Answer(Answer::json(200, JSON, &Stored { key: upload.key() })))
}
