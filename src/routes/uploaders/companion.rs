//! Companion's part of Uppy for S3, as `@uppy/aws-s3` 5 (`endpoint`) and 6 (`companionEndpoint`) use it.
//!
//! It was made for signers that hold no limits, so it does not tell a file's size. A form holds a limit all the same;
//! a PUT and parts need the exact size, as the file's own metadata: `uppy.setFileMeta(id, { size })`.
//!
//! Spec: <https://github.com/transloadit/uppy/blob/main/packages/@uppy/companion/src/server/controllers/s3.ts>

use rules::{Blocked, MultipartUpload, Part, PartSize, UploadRule};
use serde_json::{Map, Value};

use super::client_json::{ClientJson, required};
use super::in_parts;
use super::reply::{ask, json, object, uppy_part};
use super::single_upload::{Prefer, SingleUpload};
use crate::exchange::Action;
use crate::exchange::Exchange;
use crate::http::answer::Answer;
use crate::http::answer::JSON;
use crate::http::body;
use crate::http::problem::Problem;
use crate::routes::multipart::s3;

/// Answers what follows `s3/`.
pub(super) fn respond(
    rule: &UploadRule,
    rest: &str,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let method = exchange.request.method;
    let mut segments = rest.split('/');
    let all = [(); 4].map(|()| segments.next());
    match (method, all) {
        ("GET", [Some("params"), None, ..]) => params(rule, exchange),
        ("POST", [Some("multipart"), None, ..]) => begin(rule, exchange),
        (_, [Some("params" | "multipart"), None, ..]) => {
            Err(Problem::method_not_allowed("GET, POST, OPTIONS").into())
        }
        (_, [Some("multipart"), Some(id), what, None]) => {
            let upload = s3::find(rule, id, exchange)?;
            upload.expect_key(&exchange.request.query("key").unwrap_or_default())?;
            go_on(&upload, method, what, exchange)
        }
        _ => Err(Problem::not_found().into()),
    }
}

/// Uppy shows its users the `message` of a refusal.
pub(super) fn refuse(problem: Problem) -> Answer {
    let body = object([("code", problem.code().into()), ("message", problem.sentence().into())]);
    problem.into_answer().reworded(JSON, body.to_string())
}

fn params(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let caller = exchange.caller(rule.access())?;
    let (mut filename, mut media_type, mut metadata) = (String::new(), None, Map::new());
    for (name, value) in exchange.request.queries() {
        match name.as_str() {
            "filename" => filename = value,
            "type" => media_type = Some(value),
            _ => {
                let name = name.strip_prefix("metadata[").and_then(|name| name.strip_suffix(']'));
                name.map(|name| metadata.insert(name.to_owned(), Value::String(value)));
            }
        }
    }
    let metadata = ClientJson::new(metadata);
    let size = metadata.number("size")?;
    let ask = ask(rule, &filename, media_type.as_deref(), size, &metadata);
    let piece = SingleUpload::sign(rule, &caller, ask, size, Prefer::Form, exchange)?;
    Ok(json(&piece.with_key_field().into_json()))
}

fn begin(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let caller = exchange.caller(rule.access())?;
    let Some(json_body) = ClientJson::read(exchange.request, body::MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: body::MAX_BYTES });
    };
    let metadata = json_body.object("metadata");
    let size = metadata.number("size")?.ok_or(rules::Denial::SizeMissing)?;
    let filename = required(json_body.text("filename")?, "filename")?;
    let ask = ask(rule, filename, json_body.text("type")?, Some(size), &metadata);
    let cut = metadata.number("chunkSize")?.unwrap_or_else(|| uppy_part(size));
    let grant = rule.begin(&caller, &ask, PartSize::Fixed(cut), exchange.ambient)?;
    let upload = in_parts::begin_and_find(rule, &caller, grant, 0, exchange)?;
    Ok(json(&object([
        ("key", upload.key().into()),
        ("uploadId", upload.id().into()),
        ("bucket", upload.bucket_name().into()),
    ])))
}

fn go_on(
    upload: &MultipartUpload,
    method: &str,
    what: Option<&str>,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    match (method, what) {
        ("GET", None) => {
            let parts = in_parts::list(upload, exchange)?.into_iter().map(|part| {
                let (number, size) = (part.part_number.into(), part.size.into());
                object([("PartNumber", number), ("ETag", part.etag.into()), ("Size", size)])
            });
            Ok(json(&parts.collect()))
        }
        ("GET", Some("batch")) => {
            let mut urls = Map::new();
            for number in s3::numbers("partNumbers", exchange)? {
                urls.insert(number.to_string(), sign(upload, number, exchange)?.0.into());
            }
            Ok(json(&object([("presignedUrls", urls.into())])))
        }
        ("GET", Some(number)) => {
            let number = number.parse().map_err(|_| Problem::not_found())?;
            let (url, expires) = sign(upload, number, exchange)?;
            Ok(json(&object([("url", url.into()), ("expires", expires.into())])))
        }
        ("POST", Some("complete")) => complete(upload, exchange),
        ("DELETE", None) => {
            s3::drop(upload, exchange)?;
            Ok(json(&object([])))
        }
        _ => Err(Problem::method_not_allowed("GET, POST, DELETE, OPTIONS").into()),
    }
}

/// The URL of a part, and how many seconds it lasts.
fn sign(
    upload: &MultipartUpload,
    number: u16,
    exchange: Exchange<'_>,
) -> Result<(String, u64), Blocked<Problem>> {
    let now = exchange.ambient.now;
    let expires = upload.expiration(now).as_secs() - now.as_secs();
    Ok((upload.sign_part(number, now)?.url, expires))
}

fn complete(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let Some(json_body) = ClientJson::read(exchange.request, s3::MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: s3::MAX_BYTES });
    };
    let part = |part: &ClientJson| {
        let number = required(part.number("PartNumber")?, "PartNumber")?;
        let etag = required(part.text("ETag")?, "ETag")?.to_owned();
        Ok(Part { part_number: number.try_into().unwrap_or(u16::MAX), etag, size: 0 })
    };
    let parts =
        json_body.list("parts")?.iter().map(part).collect::<Result<Vec<_>, Blocked<Problem>>>()?;
    s3::join(upload, &parts, exchange)?;
    Ok(json(&object([
        ("location", upload.location().into()),
        ("key", upload.key().into()),
        ("bucket", upload.bucket_name().into()),
    ])))
}
