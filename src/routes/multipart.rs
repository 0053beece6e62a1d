//! `/uploads/{rule}/multipart`: large files, in parts.
//!
//! ```text
//! POST   .../multipart                        an ask as for one piece   begins: uploadId, key, partSize, parts, expires
//! GET    .../multipart/{uploadId}?sign=1,2    signs parts               {"parts":[{"partNumber","url","headers"}]}
//! GET    .../multipart/{uploadId}?after=0     lists what is stored      {"parts":[{"partNumber","etag","size"}]}
//! POST   .../multipart/{uploadId}             joins them                {"key"}
//! DELETE .../multipart/{uploadId}             drops them                204
//! ```

pub(crate) mod s3;

use rules::{Blocked, MultipartUpload, Part, PartSize, UploadRequest, UploadRule};
use serde::{Deserialize, Serialize};

use crate::exchange::Action;
use crate::exchange::Exchange;
use crate::http::answer::{Answer, JSON, Pairs};
use crate::http::body;
use crate::http::problem::Problem;

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
pub(crate) fn respond(
    rule: &UploadRule,
    rest: &str,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let method = exchange.request.method;
    let Some(sealed) = rest.strip_prefix('/') else {
        return match (method, rest) {
            ("POST", "") => begin(rule, exchange),
            (_, "") => Err(Problem::method_not_allowed("POST, OPTIONS").into()),
            _ => Err(Problem::not_found().into()),
        };
    };
    let upload = s3::find(rule, sealed, exchange)?;
    match method {
        "GET" if exchange.request.query("sign").is_some() => {
            sign(&upload, exchange).map(Action::Answer)
        }
        "GET" => list(&upload, exchange).map(Action::Answer),
        "POST" => complete(&upload, exchange),
        "DELETE" => s3::drop(&upload, exchange).map(|()| Action::Answer(Answer::empty(204))),
        _ => Err(Problem::method_not_allowed(METHODS).into()),
    }
}

fn begin(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let caller = exchange.caller(rule.access())?;
    let Some(ask) = body::read::<UploadRequest>(exchange.request, body::MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: body::MAX_BYTES });
    };
    let grant = rule.begin(&caller, &ask, PartSize::Auto, exchange.ambient)?;
    let begun = s3::begin(grant, 0, exchange)?;
    exchange.record.borrow_mut().granted(&begun.key, None);
    Ok(Action::Answer(Answer::json(200, JSON, &begun)))
}

fn sign(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Answer, Blocked<Problem>> {
    let now = exchange.ambient.now;
    let numbers = s3::numbers("sign", exchange)?;
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
    let parts = numbers.into_iter().map(part).collect::<Result<_, Blocked<Problem>>>()?;
    Ok(Answer::json(200, JSON, &Parts { parts }))
}

fn list(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Answer, Blocked<Problem>> {
    let after = exchange.request.query("after").map_or(Ok(0), |after| after.parse());
    let after =
        after.map_err(|_| Problem::new("InvalidArgument", "`after` must be a part's number"))?;
    let answer = s3::send(upload.list(after, exchange.ambient.now), exchange)?;
    Ok(Answer::json(200, JSON, &Parts { parts: Part::all_in(&answer.body) }))
}

fn complete(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let Some(Completion { parts }) = body::read(exchange.request, s3::MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: s3::MAX_BYTES });
    };
    s3::join(upload, &parts, exchange)?;
    Ok(Action::Answer(Answer::json(200, JSON, &Stored { key: upload.key() })))
}
