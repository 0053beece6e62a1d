//! What a page's `signRequest` of `@uppy/aws-s3` 6 returns: it is called for each request to S3.
//!
//! Parts and whole files go to S3 itself. What begins, lists, completes or drops an upload goes to the Worker, by a
//! pass, and is answered as by S3: the upload id that the browser gets is then a sealed one, and not S3's own, with which
//! parts of anybody's upload could be asked for.
//!
//! Spec: <https://uppy.io/docs/aws-s3/#signrequest>

use rules::{Blocked, Caller, Denial, PartSize, UploadRequest, UploadRule};

use super::client_json::{ClientJson, required};
use super::in_parts;
use super::reply::{ask, capability_url, json, object, texts, uppy_part};
use super::single_upload::{Prefer, SingleUpload, sendable};
use crate::exchange::Action;
use crate::exchange::Exchange;
use crate::http::body;
use crate::http::problem::Problem;
use crate::routes::multipart::s3;

/// Reads what Uppy hands to `signRequest` - `method`, `key`, `uploadId`, `partNumber`, `contentType` - and what else the
/// page knows of the file: `filename`, `size`, `chunkSize`, `metadata`. `expiresIn` does not count: the rule's own does.
pub(super) fn respond(
    rule: &UploadRule,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    // Who asks comes before what. A challenge comes after: only what begins an upload needs it answered.
    exchange.caller_with_id(rule.access())?;
    let Some(json_body) = ClientJson::read(exchange.request, body::MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: body::MAX_BYTES });
    };
    if let Some(id) = json_body.text("uploadId")? {
        return go_on(rule, id, &json_body, exchange);
    }
    let caller = exchange.caller(rule.access())?;
    match json_body.text("method")? {
        Some("PUT") => whole(rule, &caller, &json_body, exchange),
        Some("POST") => begin(rule, &caller, &json_body, exchange),
        _ => Err(not_here().into()),
    }
}

/// A PUT, which every version takes; a form, where the page does not tell the size.
fn whole(
    rule: &UploadRule,
    caller: &Caller,
    json_body: &ClientJson,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let size = json_body.number("size")?;
    let ask = request_of(rule, json_body, size)?;
    Ok(json(&SingleUpload::sign(rule, caller, ask, size, Prefer::Put, exchange)?.into_json()))
}

fn begin(
    rule: &UploadRule,
    caller: &Caller,
    json_body: &ClientJson,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let size = json_body.number("size")?.ok_or(Denial::SizeMissing)?;
    let ask = request_of(rule, json_body, Some(size))?;
    let cut = json_body.number("chunkSize")?.unwrap_or_else(|| uppy_part(size));
    let grant = rule.begin(caller, &ask, PartSize::Fixed(cut), exchange.ambient)?;
    let upload = in_parts::begin_and_find(rule, caller, grant, 0, exchange)?;
    let url = format!("{}?uploads", capability_url(&upload, rule, exchange));
    Ok(json(&object([("url", url.into()), ("key", upload.key().into())])))
}

/// Without a name of its own, the file has that in which the key ends that Uppy would give it.
fn request_of(
    rule: &UploadRule,
    json_body: &ClientJson,
    size: Option<u64>,
) -> Result<UploadRequest, Denial> {
    let filename = json_body.text("filename")?.or(json_body.text("key")?);
    let filename = required(filename, "key")?;
    Ok(ask(rule, filename, json_body.text("contentType")?, size, &json_body.object("metadata")))
}

fn go_on(
    rule: &UploadRule,
    id: &str,
    json_body: &ClientJson,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let upload = s3::find(rule, id, exchange)?;
    upload.expect_key(json_body.text("key")?.unwrap_or_default())?;
    let method = json_body.text("method")?.unwrap_or_default();
    let (url, headers) = match (method, json_body.number("partNumber")?) {
        ("PUT", Some(number)) => {
            let number = number.try_into().unwrap_or(u16::MAX);
            let part = upload.sign_part(number, exchange.ambient.now)?;
            (part.url, texts(sendable(&part.headers)))
        }
        ("POST" | "GET" | "DELETE", None) => (capability_url(&upload, rule, exchange), object([])),
        _ => return Err(not_here().into()),
    };
    Ok(json(&object([("url", url.into()), ("key", upload.key().into()), ("headers", headers)])))
}

fn not_here() -> Problem {
    let detail = "only what uploads a file is signed here: PUT and POST, and GET and DELETE of an upload in parts";
    Problem::new("InvalidRequest", detail)
}
