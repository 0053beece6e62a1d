//! Companion's part of Uppy for S3, as `@uppy/aws-s3` 5 (`endpoint`) and 6 (`companionEndpoint`) use it.
//!
//! It was made for signers that hold no limits, so it does not tell a file's size. A form holds a limit all the same;
//! a PUT and parts need the exact size, as the file's own metadata: `uppy.setFileMeta(id, { size })`.
//!
//! Spec: <https://github.com/transloadit/uppy/blob/main/packages/@uppy/companion/src/server/controllers/s3.ts>

use alloc::collections::BTreeMap;

use rules::{Cut, MultipartUpload, Part, UploadRule};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::piece::{Piece, Rather};
use super::{ask, json, uppy_part};
use crate::admission::Halt;
use crate::problem::Problem;
use crate::respond::{Exchange, nothing_here};
use crate::upload::JSON;
use crate::{Answer, Step, body, parts};

#[derive(Deserialize)]
struct Beginning {
    filename: String,
    r#type: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Completion {
    parts: Vec<NamedPart>,
}

/// A part in S3's own names.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NamedPart {
    part_number: u16,
    #[serde(rename = "ETag")]
    etag: String,
    #[serde(default)]
    size: u64,
}

/// Answers what follows `s3/`.
pub(super) fn respond(rule: &UploadRule, rest: &str, exchange: Exchange<'_>) -> Result<Step, Halt> {
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
            let upload = parts::find(rule, id, exchange)?;
            upload.expect_key(&exchange.request.query("key").unwrap_or_default())?;
            go_on(&upload, method, what, exchange)
        }
        _ => Err(nothing_here().into()),
    }
}

/// Uppy shows its users the `message` of a refusal.
pub(super) fn refuse(problem: Problem) -> Answer {
    let body = json!({ "code": problem.code(), "message": problem.sentence() });
    problem.into_answer().reworded(JSON, body.to_string())
}

fn params(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let caller = exchange.caller(rule.access())?;
    let (mut filename, mut media_type, mut metadata) = (String::new(), None, BTreeMap::new());
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
    let size = number(&metadata, "size")?;
    let ask = ask(rule, &filename, media_type.as_deref(), size, &metadata);
    Ok(json(&Piece::sign(rule, &caller, ask, size, Rather::Form, exchange)?.with_key_field()))
}

fn begin(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let caller = exchange.caller(rule.access())?;
    let Some(beginning) = body::read::<Beginning>(exchange.request, body::MAX_BYTES)? else {
        return Ok(Step::ReadBody { max_bytes: body::MAX_BYTES });
    };
    let Beginning { filename, r#type, metadata } = beginning;
    let size = number(&metadata, "size")?.ok_or(rules::Denial::SizeMissing)?;
    let ask = ask(rule, &filename, r#type.as_deref(), Some(size), &metadata);
    let cut = number(&metadata, "chunkSize")?.unwrap_or_else(|| uppy_part(size));
    let grant = rule.begin(&caller, &ask, Cut::At(cut), exchange.moment)?;
    let begun = parts::begin(grant, 0, exchange)?;
    let (secrets, now) = (exchange.site.secrets(), exchange.moment.now);
    let upload = rule.resume(&caller, &begun.upload_id, secrets, now)?;
    exchange.record.borrow_mut().granted(upload.key(), None);
    let bucket = upload.bucket_name();
    Ok(json(&json!({ "key": begun.key, "uploadId": begun.upload_id, "bucket": bucket })))
}

fn go_on(
    upload: &MultipartUpload,
    method: &str,
    what: Option<&str>,
    exchange: Exchange<'_>,
) -> Result<Step, Halt> {
    match (method, what) {
        ("GET", None) => {
            let parts = parts::list(upload, exchange)?.into_iter();
            Ok(json(&parts.map(NamedPart::from).collect::<Vec<_>>()))
        }
        ("GET", Some("batch")) => {
            let numbers = parts::numbers("partNumbers", exchange)?.into_iter();
            let url = |number: u16| Ok((number.to_string(), sign(upload, number, exchange)?.0));
            let urls = numbers.map(url).collect::<Result<BTreeMap<_, _>, Halt>>()?;
            Ok(json(&json!({ "presignedUrls": urls })))
        }
        ("GET", Some(number)) => {
            let number = number.parse().map_err(|_| nothing_here())?;
            let (url, expires) = sign(upload, number, exchange)?;
            Ok(json(&json!({ "url": url, "expires": expires })))
        }
        ("POST", Some("complete")) => complete(upload, exchange),
        ("DELETE", None) => {
            parts::drop(upload, exchange)?;
            Ok(json(&json!({})))
        }
        _ => Err(Problem::method_not_allowed("GET, POST, DELETE, OPTIONS").into()),
    }
}

/// The URL of a part, and how many seconds it lasts.
fn sign(
    upload: &MultipartUpload,
    number: u16,
    exchange: Exchange<'_>,
) -> Result<(String, u64), Halt> {
    let now = exchange.moment.now;
    let expires = upload.expiration(now).as_secs() - now.as_secs();
    Ok((upload.sign_part(number, now)?.url, expires))
}

fn complete(upload: &MultipartUpload, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let Some(Completion { parts }) = body::read(exchange.request, parts::MAX_BYTES)? else {
        return Ok(Step::ReadBody { max_bytes: parts::MAX_BYTES });
    };
    let parts: Vec<_> = parts.into_iter().map(Part::from).collect();
    parts::join(upload, &parts, exchange)?;
    let (location, key, bucket) = (upload.location(), upload.key(), upload.bucket_name());
    Ok(json(&json!({ "location": location, "key": key, "bucket": bucket })))
}

/// A number of bytes among the metadata, as a number or a text.
fn number(
    metadata: &BTreeMap<String, Value>,
    name: &'static str,
) -> Result<Option<u64>, rules::Denial> {
    let Some(value) = metadata.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let why = "must be a number of bytes".into();
    number.map(Some).ok_or(rules::Denial::InvalidArgument { name, why })
}

impl From<Part> for NamedPart {
    fn from(Part { part_number, etag, size }: Part) -> Self {
        Self { part_number, etag, size }
    }
}

impl From<NamedPart> for Part {
    fn from(NamedPart { part_number, etag, size }: NamedPart) -> Self {
        Self { part_number, etag, size }
    }
}
