//! What a page's `signRequest` of `@uppy/aws-s3` 6 returns: it is called for each request to S3.
//!
//! Parts and whole files go to S3 itself. What begins, lists, completes or drops an upload goes to the Worker, by a
//! pass, and is answered as by S3: the upload id that the browser gets is then a sealed one, and not S3's own, with which
//! parts of anybody's upload could be asked for.
//!
//! Spec: <https://uppy.io/docs/aws-s3/#signrequest>

use rules::{Caller, Cut, Denial, UploadAsk, UploadRule};

use super::in_parts;
use super::piece::{Piece, Rather, sendable};
use super::told::{Told, required};
use super::{ask, json, object, pass_url, texts, uppy_part};
use crate::admission::Halt;
use crate::problem::Problem;
use crate::respond::Exchange;
use crate::{Step, body, parts};

/// Reads what Uppy hands to `signRequest` - `method`, `key`, `uploadId`, `partNumber`, `contentType` - and what else the
/// page knows of the file: `filename`, `size`, `chunkSize`, `metadata`. `expiresIn` does not count: the rule's own does.
pub(super) fn respond(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Step, Halt> {
    // Who asks comes before what. A challenge comes after: only what begins an upload needs it answered.
    exchange.caller_with_id(rule.access())?;
    let Some(told) = Told::read(exchange.request, body::MAX_BYTES)? else {
        return Ok(Step::ReadBody { max_bytes: body::MAX_BYTES });
    };
    if let Some(id) = told.text("uploadId")? {
        return go_on(rule, id, &told, exchange);
    }
    let caller = exchange.caller(rule.access())?;
    match told.text("method")? {
        Some("PUT") => whole(rule, &caller, &told, exchange),
        Some("POST") => begin(rule, &caller, &told, exchange),
        _ => Err(not_here().into()),
    }
}

/// A PUT, which every version takes; a form, where the page does not tell the size.
fn whole(
    rule: &UploadRule,
    caller: &Caller,
    told: &Told,
    exchange: Exchange<'_>,
) -> Result<Step, Halt> {
    let size = told.number("size")?;
    let ask = ask_of(rule, told, size)?;
    Ok(json(&Piece::sign(rule, caller, ask, size, Rather::Put, exchange)?.into_json()))
}

fn begin(
    rule: &UploadRule,
    caller: &Caller,
    told: &Told,
    exchange: Exchange<'_>,
) -> Result<Step, Halt> {
    let size = told.number("size")?.ok_or(Denial::SizeMissing)?;
    let ask = ask_of(rule, told, Some(size))?;
    let cut = told.number("chunkSize")?.unwrap_or_else(|| uppy_part(size));
    let grant = rule.begin(caller, &ask, Cut::At(cut), exchange.moment)?;
    let upload = in_parts::begin_and_find(rule, caller, grant, 0, exchange)?;
    let url = format!("{}?uploads", pass_url(&upload, rule, exchange));
    Ok(json(&object([("url", url.into()), ("key", upload.key().into())])))
}

/// Without a name of its own, the file has that in which the key ends that Uppy would give it.
fn ask_of(rule: &UploadRule, told: &Told, size: Option<u64>) -> Result<UploadAsk, Denial> {
    let filename = told.text("filename")?.or(told.text("key")?);
    let filename = required(filename, "key")?;
    Ok(ask(rule, filename, told.text("contentType")?, size, &told.object("metadata")))
}

fn go_on(rule: &UploadRule, id: &str, told: &Told, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let upload = parts::find(rule, id, exchange)?;
    upload.expect_key(told.text("key")?.unwrap_or_default())?;
    let method = told.text("method")?.unwrap_or_default();
    let (url, headers) = match (method, told.number("partNumber")?) {
        ("PUT", Some(number)) => {
            let number = number.try_into().unwrap_or(u16::MAX);
            let part = upload.sign_part(number, exchange.moment.now)?;
            (part.url, texts(sendable(&part.headers)))
        }
        ("POST" | "GET" | "DELETE", None) => (pass_url(&upload, rule, exchange), object([])),
        _ => return Err(not_here().into()),
    };
    Ok(json(&object([("url", url.into()), ("key", upload.key().into()), ("headers", headers)])))
}

fn not_here() -> Problem {
    let detail = "only what uploads a file is signed here: PUT and POST, and GET and DELETE of an upload in parts";
    Problem::new("InvalidRequest", detail)
}
