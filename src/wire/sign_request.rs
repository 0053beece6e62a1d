//! What a page's `signRequest` of `@uppy/aws-s3` 6 returns: it is called for each request to S3.
//!
//! Parts and whole files go to S3 itself. What begins, lists, completes or drops an upload goes to the Worker, by a
//! pass, and is answered as by S3: the upload id that the browser gets is then a sealed one, and not S3's own, with which
//! parts of anybody's upload could be asked for.
//!
//! Spec: <https://uppy.io/docs/aws-s3/#signrequest>

use alloc::collections::BTreeMap;

use rules::{Caller, Cut, Denial, UploadRule};
use serde::Deserialize;
use serde_json::{Value, json};

use super::piece::{Piece, Rather, sendable};
use super::{ask, json, pass_url, uppy_part};
use crate::admission::Halt;
use crate::problem::Problem;
use crate::respond::Exchange;
use crate::upload::Pairs;
use crate::{Step, body, parts};

/// What Uppy hands to `signRequest`, and what else the page knows of the file. Its `expiresIn` does not count: the
/// rule's own does.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ask {
    method: String,
    key: String,
    upload_id: Option<String>,
    part_number: Option<u16>,
    content_type: Option<String>,
    filename: Option<String>,
    size: Option<u64>,
    chunk_size: Option<u64>,
    #[serde(default)]
    metadata: BTreeMap<String, Value>,
}

pub(super) fn respond(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Step, Halt> {
    // Who asks comes first, whatever it asks. An id that follows is checked then.
    let Some(ask) = body_of(rule, exchange)? else {
        return Ok(Step::ReadBody { max_bytes: body::MAX_BYTES });
    };
    if let Some(id) = &ask.upload_id {
        return go_on(rule, id, &ask, exchange);
    }
    let caller = exchange.caller(rule.access())?;
    match ask.method.as_str() {
        "PUT" => whole(rule, &caller, &ask, exchange),
        "POST" => begin(rule, &caller, &ask, exchange),
        _ => Err(not_here().into()),
    }
}

/// The body, for whom the rule knows. A challenge is asked for later: one that begins an upload needs it alone.
fn body_of(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Option<Ask>, Halt> {
    exchange.caller_with_id(rule.access())?;
    Ok(body::read(exchange.request, body::MAX_BYTES)?)
}

/// A PUT, which every version takes; a form, where the page does not tell the size.
fn whole(
    rule: &UploadRule,
    caller: &Caller,
    told: &Ask,
    exchange: Exchange<'_>,
) -> Result<Step, Halt> {
    let ask = ask(rule, told.filename(), told.content_type.as_deref(), told.size, &told.metadata);
    Ok(json(&Piece::sign(rule, caller, ask, told.size, Rather::Put, exchange)?))
}

fn begin(
    rule: &UploadRule,
    caller: &Caller,
    told: &Ask,
    exchange: Exchange<'_>,
) -> Result<Step, Halt> {
    let size = told.size.ok_or(Denial::SizeMissing)?;
    let ask = ask(rule, told.filename(), told.content_type.as_deref(), told.size, &told.metadata);
    let cut = told.chunk_size.unwrap_or_else(|| uppy_part(size));
    let grant = rule.begin(caller, &ask, Cut::At(cut), exchange.moment)?;
    let begun = parts::begin(grant, 0, exchange)?;
    let (secrets, now) = (exchange.site.secrets(), exchange.moment.now);
    let upload = rule.resume(caller, &begun.upload_id, secrets, now)?;
    exchange.record.borrow_mut().granted(upload.key(), None);
    let url = format!("{}?uploads", pass_url(&upload, rule, exchange));
    Ok(json(&json!({ "url": url, "key": begun.key })))
}

fn go_on(rule: &UploadRule, id: &str, told: &Ask, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let upload = parts::find(rule, id, exchange)?;
    upload.expect_key(&told.key)?;
    match (told.method.as_str(), told.part_number) {
        ("PUT", Some(number)) => {
            let part = upload.sign_part(number, exchange.moment.now)?;
            let headers = Pairs(sendable(&part.headers));
            Ok(json(&Signed { url: part.url, key: upload.key(), headers }))
        }
        ("POST" | "GET" | "DELETE", None) => {
            let url = pass_url(&upload, rule, exchange);
            Ok(json(&Signed { url, key: upload.key(), headers: Pairs(Vec::new()) }))
        }
        _ => Err(not_here().into()),
    }
}

#[derive(serde::Serialize)]
struct Signed<'a> {
    url: String,
    key: &'a str,
    headers: Pairs<String>,
}

fn not_here() -> Problem {
    let detail = "only what uploads a file is signed here: PUT and POST, and GET and DELETE of an upload in parts";
    Problem::new("InvalidRequest", detail)
}

impl Ask {
    /// The file's name, or the key that Uppy would give it, which ends in one.
    fn filename(&self) -> &str {
        self.filename.as_deref().unwrap_or(&self.key)
    }
}
