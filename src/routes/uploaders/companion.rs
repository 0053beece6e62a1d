//! Companion's S3 protocol, as `@uppy/aws-s3` 5 (`endpoint`) and 6 (`companionEndpoint`) use it.
//!
//! The protocol has no field for a file's size. A form limits the size without it. A PUT and parts need the exact size,
//! which a page sends as metadata of the file: `uppy.setFileMeta(id, { size })`.
//!
//! Spec: <https://github.com/transloadit/uppy/blob/main/packages/@uppy/companion/src/server/controllers/s3.ts>

use rules::{Blocked, Denial, MultipartUpload, Part, PartSize, UploadRule};
use serde_json::{Map, Value, json};

use super::client_json::{ClientJson, required};
use super::multipart;
use super::reply::{json, signed_json, upload_request, uppy_part};
use super::single_upload::{self, SingleUpload};
use crate::exchange::{Action, Exchange};
use crate::http::answer::{Answer, JSON};
use crate::http::body;
use crate::http::problem::Problem;
use crate::http::request::Request;
use crate::routes::confirm::Confirmed;
use crate::routes::multipart::s3;
use crate::routes::not_found;

/// Returns the methods of a path that continues after `s3/`.
pub(super) fn methods(rest: &str) -> &'static str {
    let mut segments = rest.split('/');
    match [(); 3].map(|()| segments.next()) {
        [Some("multipart"), Some(_), None] => "GET, DELETE, OPTIONS",
        [Some("multipart"), None, _] | [_, _, Some("complete")] => "POST, OPTIONS",
        _ => "GET, OPTIONS",
    }
}

/// Answers a path that continues after `s3/`.
pub(super) fn respond(
    rule: &UploadRule,
    rest: &str,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let method = exchange.request.method;
    let mut segments = rest.split('/');
    let segments = [(); 4].map(|()| segments.next());
    match (method, segments) {
        ("GET", [Some("params"), None, ..]) => sign_file(rule, exchange),
        ("POST", [Some("multipart"), None, ..]) => begin(rule, exchange),
        (_, [Some("params" | "multipart"), None, ..]) => {
            Err(Problem::method_not_allowed(methods(rest)).into())
        }
        (_, [Some("multipart"), Some(id), action, None]) => {
            let upload = s3::find(rule, id, exchange)?;
            upload.check_key(&exchange.request.query("key").unwrap_or_default())?;
            continue_upload(&upload, action, methods(rest), exchange)
        }
        _ => Err(not_found().into()),
    }
}

/// Converts a refusal; Uppy shows its `message` to users.
pub(super) fn refuse(problem: Problem) -> Answer {
    let body = json!({ "code": problem.code().as_str(), "message": problem.sentence() });
    problem.into_answer().with_body(JSON, body.to_string())
}

fn sign_file(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let caller = exchange.caller(rule.access())?;
    let request = exchange.request;
    let (filename, metadata) = (request.query("filename").unwrap_or_default(), metadata(request));
    let (media_type, size) = (request.query("type"), metadata.number("size")?);
    let request = upload_request(rule, &filename, media_type.as_deref(), size, &metadata);
    let signed = single_upload::sign(rule, &caller, request, size, exchange)?;
    let body = SingleUpload::new(&signed, exchange.ambient.now).with_key_field();
    Ok(signed_json(&body, signed.ends_with))
}

/// Reads the metadata in a query: `metadata[album]=hills`.
fn metadata(request: &Request<'_>) -> ClientJson {
    let member = |(name, value): (String, String)| {
        let name = name.strip_prefix("metadata[")?.strip_suffix(']')?;
        Some((name.to_owned(), Value::String(value)))
    };
    ClientJson::new(request.query_pairs().filter_map(member).collect())
}

fn begin(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let caller = exchange.caller(rule.access())?;
    let Some(message) = ClientJson::read(exchange.request, body::MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: body::MAX_BYTES });
    };
    let metadata = message.object("metadata");
    let size = metadata.number("size")?.ok_or(Denial::SizeMissing)?;
    let filename = required(message.text("filename")?, "filename")?;
    let request = upload_request(rule, filename, message.text("type")?, Some(size), &metadata);
    let part_size = metadata.number("chunkSize")?.unwrap_or_else(|| uppy_part(size));
    let grant = rule.begin(&caller, &request, PartSize::Fixed(part_size), exchange.ambient)?;
    let (upload, ends_with) = multipart::begin_and_find(rule, &caller, grant, exchange)?;
    let (key, bucket) = (upload.key(), upload.bucket_name());
    let id = upload.id(exchange.ambient);
    Ok(signed_json(&json!({ "key": key, "uploadId": id, "bucket": bucket }), ends_with))
}

/// Answers `multipart/{uploadId}` and `multipart/{uploadId}/{action}`.
fn continue_upload(
    upload: &MultipartUpload,
    action: Option<&str>,
    methods: &'static str,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    match (exchange.request.method, action) {
        ("GET", None) => list(upload, exchange),
        ("GET", Some("batch")) => sign_parts(upload, exchange),
        ("GET", Some(number)) if number != "complete" => {
            let number = number.parse().map_err(|_| not_found())?;
            let expires = upload.expiration().as_secs() - exchange.ambient.now.as_secs();
            let url = upload.sign_part(number)?.url;
            exchange.record.borrow_mut().granted(upload.key(), upload.ends_with());
            Ok(signed_json(&json!({ "url": url, "expires": expires }), upload.ends_with()))
        }
        ("POST", Some("complete")) => complete(upload, exchange),
        ("DELETE", None) => {
            s3::abort(upload, exchange)?;
            Ok(json(&json!({})))
        }
        _ => Err(Problem::method_not_allowed(methods).into()),
    }
}

fn list(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let parts = multipart::list(upload, exchange)?;
    let part = |Part { part_number, etag, size }| json!({ "PartNumber": part_number, "ETag": etag, "Size": size });
    Ok(json(&parts.into_iter().map(part).collect::<Vec<_>>()))
}

fn sign_parts(
    upload: &MultipartUpload,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let numbers = s3::numbers("partNumbers", exchange)?.into_iter();
    let url = |number: u16| Ok((number.to_string(), upload.sign_part(number)?.url.into()));
    let urls = numbers.map(url).collect::<Result<Map<_, _>, Blocked<Problem>>>()?;
    exchange.record.borrow_mut().granted(upload.key(), upload.ends_with());
    Ok(signed_json(&json!({ "presignedUrls": urls }), upload.ends_with()))
}

fn complete(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Action, Blocked<Problem>> {
    let max_bytes = s3::max_list_bytes(upload);
    let Some(message) = ClientJson::read(exchange.request, max_bytes)? else {
        return Ok(Action::ReadBody { max_bytes });
    };
    let part = |part: &ClientJson| {
        let number = required(part.number("PartNumber")?, "PartNumber")?;
        let etag = required(part.text("ETag")?, "ETag")?.to_owned();
        Ok(Part { part_number: number.try_into().unwrap_or(u16::MAX), etag, size: 0 })
    };
    let parts = message.list("parts")?;
    let parts = parts.iter().map(part).collect::<Result<Vec<_>, Denial>>()?;
    let confirmed = s3::complete(upload, &parts, exchange)?;
    let (location, bucket) = (Some(upload.location()), Some(upload.bucket_name().to_owned()));
    Ok(json(&Confirmed { location, bucket, ..confirmed }))
}
