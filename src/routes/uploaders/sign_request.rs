//! The `signRequest` protocol of `@uppy/aws-s3` 6, in which Uppy requests a signature for each request to S3.
//!
//! Parts and whole files go to S3, a whole file by a form if the bucket accepts forms. Requests that begin, list, complete
//! or abort an upload go to the Worker with a capability, and the Worker answers as S3 does. So the browser gets the Worker's
//! upload id, which is bound to rule and caller; S3's own is only in the URLs of parts, where S3 needs it.
//!
//! Spec: <https://uppy.io/docs/aws-s3/#signrequest>

use error_code::ErrorCode;
use rules::{Blocked, Caller, Capability, Denial, PartSize, UploadRequest, UploadRule};
use serde_json::json;

use super::client_json::{ClientJson, required};
use super::multipart;
use super::reply::{capability_url, signed_json, upload_request, uppy_part};
use super::single_upload::{self, SingleUpload, settable};
use crate::exchange::{Action, Exchange};
use crate::http::body;
use crate::http::problem::Problem;
use crate::routes::multipart::s3;

/// Answers a request with the arguments of `signRequest` (`method`, `key`, `uploadId`, `partNumber`, `contentType`) and the
/// members that the page adds (`filename`, `size`, `chunkSize`, `metadata`). `expiresIn` is ignored: the rule decides.
pub(super) fn respond(
    rule: &UploadRule,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    // Authenticate before the body is read; only a request that begins an upload needs a solved challenge.
    exchange.caller_without_challenge(rule.access())?;
    let Some(message) = ClientJson::read(exchange.request, body::MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: body::MAX_BYTES });
    };
    if let Some(id) = message.text("uploadId")? {
        return sign_for_upload(rule, id, &message, exchange);
    }
    let caller = exchange.caller(rule.access())?;
    match message.text("method")? {
        Some("PUT") => sign_file(rule, &caller, &message, exchange),
        Some("POST") => begin(rule, &caller, &message, exchange),
        _ => Err(unknown_request().into()),
    }
}

/// Signs the upload of a whole file. Uppy sends a form since version 6.3, although it asks for a PUT.
fn sign_file(
    rule: &UploadRule,
    caller: &Caller,
    message: &ClientJson,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let size = message.number("size")?;
    let request = request_of(rule, message, size)?;
    let signed = single_upload::sign(rule, caller, request, size, exchange)?;
    Ok(signed_json(&SingleUpload::new(&signed, exchange.ambient.now), signed.ends_with))
}

fn begin(
    rule: &UploadRule,
    caller: &Caller,
    message: &ClientJson,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let size = message.number("size")?.ok_or(Denial::SizeMissing)?;
    let request = request_of(rule, message, Some(size))?;
    let part_size = message.number("chunkSize")?.unwrap_or_else(|| uppy_part(size));
    let grant = rule.begin(caller, &request, PartSize::Fixed(part_size), exchange.ambient)?;
    let (upload, ends_with) = multipart::begin_and_find(rule, caller, grant, exchange)?;
    let url = capability_url(&upload, Capability::Begin, rule, exchange);
    Ok(signed_json(&json!({ "url": url, "key": upload.key() }), ends_with))
}

/// Makes the request for a file. Without a `filename`, the last segment of Uppy's `key` is its name.
fn request_of(
    rule: &UploadRule,
    message: &ClientJson,
    size: Option<u64>,
) -> Result<UploadRequest, Denial> {
    let filename = message.text("filename")?.or(message.text("key")?);
    let (filename, media_type) = (required(filename, "key")?, message.text("contentType")?);
    Ok(upload_request(rule, filename, media_type, size, &message.object("metadata")))
}

/// Signs a part, or returns the capability for the other requests of an upload.
fn sign_for_upload(
    rule: &UploadRule,
    id: &str,
    message: &ClientJson,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let upload = s3::find(rule, id, exchange)?;
    upload.check_key(message.text("key")?.unwrap_or_default())?;
    let method = message.text("method")?.unwrap_or_default();
    let (url, headers, ends_with) = match (method, message.number("partNumber")?) {
        ("PUT", Some(number)) => {
            let part = upload.sign_part(number.try_into().unwrap_or(u16::MAX))?;
            let headers = part.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
            exchange.record.borrow_mut().granted(upload.key(), upload.ends_with());
            (part.url.clone(), json!(settable(headers)), upload.ends_with())
        }
        ("POST" | "GET" | "DELETE", None) => {
            let url = capability_url(&upload, Capability::Manage, rule, exchange);
            (url, json!({}), None)
        }
        _ => return Err(unknown_request().into()),
    };
    let body = json!({ "url": url, "key": upload.key(), "headers": headers });
    Ok(signed_json(&body, ends_with))
}

fn unknown_request() -> Problem {
    let detail = "only requests of an upload are signed: PUT and POST, and GET and DELETE for an upload in parts";
    Problem::new(ErrorCode::InvalidRequest, detail)
}
