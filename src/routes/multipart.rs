//! `/uploads/{rule}/multipart`: large files in parts.
//!
//! ```text
//! POST   .../multipart                        a request as for one file  begins: uploadId, key, partSize, parts, expires
//! GET    .../multipart/{uploadId}?sign=1,2    signs parts                {"parts":[{"partNumber","url","headers"}]}
//! GET    .../multipart/{uploadId}?after=0     lists stored parts         {"parts":[{"partNumber","etag","size"}]}
//! POST   .../multipart/{uploadId}             completes it               {"key","size","type","etag"}
//! DELETE .../multipart/{uploadId}             aborts it                  204
//! ```

pub(crate) mod s3;

use error_code::ErrorCode;
use rules::{Blocked, EndsWith, MultipartUpload, Part, PartSize, UploadRule};
use serde::{Deserialize, Serialize};
use signer::PresignedUrl;

use crate::exchange::{Action, Exchange};
use crate::http::answer::{Answer, JSON, Pairs};
use crate::http::body;
use crate::http::problem::Problem;
use crate::routes::not_found;

const METHODS: &str = "POST, OPTIONS";
const METHODS_OF_UPLOAD: &str = "POST, GET, DELETE, OPTIONS";

/// The body that completes an upload.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Completion {
    parts: Vec<Part>,
}

#[derive(Serialize)]
struct Parts<T> {
    parts: Vec<T>,
}

/// A signed part.
#[derive(Serialize)]
struct SignedPart {
    #[serde(rename = "partNumber")]
    part_number: u16,
    url: String,
    headers: Pairs<String>,
    expires: String,
    /// What makes it expire before the rule's `expires` has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_with: Option<EndsWith>,
}

/// Returns the methods of a path; `rest` is what follows `multipart`.
pub(crate) const fn methods(rest: &str) -> &'static str {
    if rest.is_empty() { METHODS } else { METHODS_OF_UPLOAD }
}

/// Answers `multipart` and `multipart/{uploadId}`; `rest` is what follows `multipart`.
#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn respond(
    rule: &UploadRule,
    rest: &str,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let method = exchange.request.method;
    let Some(upload_id) = rest.strip_prefix('/') else {
        return match (method, rest) {
            ("POST", "") => begin(rule, exchange),
            (_, "") => Err(Problem::method_not_allowed(METHODS).into()),
            _ => Err(not_found().into()),
        };
    };
    let upload = s3::find(rule, upload_id, exchange)?;
    match method {
        "GET" => sign_or_list(&upload, exchange).map(Action::Answer),
        "POST" => complete(&upload, exchange),
        "DELETE" => s3::abort(&upload, exchange).map(|()| Action::Answer(Answer::empty(204))),
        _ => Err(Problem::method_not_allowed(METHODS_OF_UPLOAD).into()),
    }
}

fn begin(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let caller = exchange.caller(rule.access())?;
    let Some(text) = body::bytes(exchange.request, body::MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: body::MAX_BYTES });
    };
    let request = body::parse_file(text, "the body")?;
    let grant = rule.begin(&caller, &request, PartSize::Auto, exchange.ambient)?;
    let begun = s3::begin(grant, exchange)?;
    exchange.record.borrow_mut().granted(&begun.key, begun.ends_with);
    Ok(Action::Answer(Answer::json(200, JSON, &begun).with_end(begun.ends_with)))
}

fn sign_or_list(
    upload: &MultipartUpload,
    exchange: Exchange<'_>,
) -> Result<Answer, Blocked<Problem>> {
    let after = exchange.request.query("after").map_or(Ok(0), |after| after.parse());
    let after = after.map_err(|_| {
        Problem::new(ErrorCode::InvalidArgument, "`after` must be the number of a part")
    })?;
    match exchange.request.query("sign") {
        Some(_) => sign(upload, exchange),
        None => list(upload, after, exchange),
    }
}

fn sign(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Answer, Blocked<Problem>> {
    let numbers = s3::numbers("sign", exchange)?;
    let part = |number| {
        let PresignedUrl { url, headers, .. } = upload.sign_part(number)?;
        let headers = headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_str().to_owned()));
        let (headers, expires) = (Pairs(headers.collect()), upload.expiration().to_string());
        let expires_with = upload.ends_with();
        Ok(SignedPart { part_number: number, url, headers, expires, expires_with })
    };
    let parts = numbers.into_iter().map(part).collect::<Result<_, Blocked<Problem>>>()?;
    exchange.record.borrow_mut().granted(upload.key(), upload.ends_with());
    Ok(Answer::json(200, JSON, &Parts { parts }).with_end(upload.ends_with()))
}

fn list(
    upload: &MultipartUpload,
    after: u16,
    exchange: Exchange<'_>,
) -> Result<Answer, Blocked<Problem>> {
    let answer = s3::send(upload.list(after), exchange)?;
    Ok(Answer::json(200, JSON, &Parts { parts: Part::all_in(&answer.body).unwrap_or_default() }))
}

fn complete(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let max_bytes = s3::max_list_bytes(upload);
    let Some(Completion { parts }) = body::read(exchange.request, max_bytes)? else {
        return Ok(Action::ReadBody { max_bytes });
    };
    let stored = s3::complete(upload, &parts, exchange)?;
    Ok(Action::Answer(Answer::json(200, JSON, &stored)))
}
