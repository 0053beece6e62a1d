//! Ways in for uploaders that pages have already, each below a rule as its own path: what they ask, and what they get,
//! is what their own servers would be asked and answer. Rules, callers, origins and limits are the same as everywhere.
//!
//! ```text
//! /uploads/{rule}/s3/...          Uppy's Companion: `endpoint` is /uploads/{rule}
//! /uploads/{rule}/sign-request    Uppy's `signRequest`
//! /uploads/{rule}/better-upload   Better Upload: `api`
//! /uploads/{rule}/parts/{pass}    what the latter two send to S3 itself, to begin, list, complete or drop an upload
//! ```

mod better_upload;
mod companion;
mod in_parts;
mod pass;
mod piece;
mod sign_request;
mod told;

use rules::{MultipartUpload, UploadAsk, UploadRule};
use serde_json::{Map, Value};

use self::told::Told;
use crate::admission::Halt;
use crate::problem::Problem;
use crate::respond::Exchange;
use crate::upload::JSON;
use crate::{Answer, Step, cors};

/// Uppy cuts a file into parts of 5 MiB, and of more only where they would be more than ten thousand.
const UPPY_PART: u64 = 5 << 20;
const MAX_PARTS: u64 = 10_000;

/// Answers what follows `/uploads/{rule}/`, if one of these ways begins so.
pub(crate) fn respond(rule: &UploadRule, page: &str, exchange: Exchange<'_>) -> Option<Step> {
    let (first, rest) = page.split_once('/').unwrap_or((page, ""));
    let (methods, refuse): (_, fn(Problem) -> Answer) = match first {
        "s3" => ("GET, POST, DELETE, OPTIONS", companion::refuse),
        "sign-request" if rest.is_empty() => ("POST, OPTIONS", Problem::into_answer),
        "better-upload" if rest.is_empty() => ("POST, OPTIONS", better_upload::refuse),
        "parts" => ("GET, POST, DELETE, OPTIONS", pass::refuse),
        _ => return None,
    };
    Some(cors::within(rule.access(), methods, exchange.request, || {
        let step = match (first, exchange.request.method) {
            ("s3", _) => companion::respond(rule, rest, exchange),
            ("parts", _) => pass::respond(rule, rest, exchange),
            ("sign-request", "POST") => sign_request::respond(rule, exchange),
            ("better-upload", "POST") => better_upload::respond(rule, exchange),
            _ => Err(Problem::method_not_allowed(methods).into()),
        };
        match step {
            Err(Halt::Problem(problem)) => Ok(Step::Answer(refuse(problem))),
            step => step,
        }
    }))
}

fn json(body: &Value) -> Step {
    Step::Answer(Answer::json(200, JSON, body))
}

/// An object of JSON.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let mut object = Map::new(); // to collect into one sorts first, with more code than all of this file
    for (name, value) in members {
        object.insert(name.to_owned(), value);
    }
    Value::Object(object)
}

/// An object of JSON whose members are all texts.
fn texts(members: impl Iterator<Item = (String, String)>) -> Value {
    let mut object = Map::new();
    for (name, value) in members {
        object.insert(name, Value::String(value));
    }
    Value::Object(object)
}

/// What the rule would be asked for this file. Clients send more metadata than a rule has names for, such as the file's
/// own name; the rest is left out. A type is not told by all, nor needed where there is but one.
fn ask(
    rule: &UploadRule,
    filename: &str,
    media_type: Option<&str>,
    size: Option<u64>,
    metadata: &Told,
) -> UploadAsk {
    let only = match rule.types() {
        [only] => only.as_str(),
        _ => "",
    };
    UploadAsk {
        filename: Some(filename.to_owned()),
        r#type: media_type.filter(|told| !told.is_empty()).unwrap_or(only).to_owned(),
        size: size.unwrap_or_default(),
        metadata: rule.metadata_among(metadata.texts()),
        checksum: None,
    }
}

/// Where whoever has this URL may list, complete and drop the upload.
fn pass_url(upload: &MultipartUpload, rule: &UploadRule, exchange: Exchange<'_>) -> String {
    let own_origin = exchange.request.url.origin;
    format!("{own_origin}/{}/parts/{}", rule.access().rule(), upload.pass())
}

/// As large as Uppy makes a part of such a file, unless its page decides otherwise.
fn uppy_part(size: u64) -> u64 {
    size.div_ceil(MAX_PARTS).max(UPPY_PART)
}
