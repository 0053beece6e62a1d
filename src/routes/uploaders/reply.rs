//! What the uploaders have in common: their requests in the rule's terms, and answers in JSON.

use rules::{MultipartUpload, UploadRequest, UploadRule};
use serde_json::{Map, Value};

use super::client_json::ClientJson;
use crate::exchange::{Action, Exchange};
use crate::http::answer::{Answer, JSON};

/// Uppy cuts a file into parts of 5 MiB, and of more only where they would be more than ten thousand.
const UPPY_PART: u64 = 5 << 20;
const MAX_PARTS: u64 = 10_000;

pub(super) fn json(body: &Value) -> Action {
    Action::Answer(Answer::json(200, JSON, body))
}

/// An object of JSON.
pub(super) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let mut object = Map::new(); // to collect into one sorts first, with more code than all of this file
    for (name, value) in members {
        object.insert(name.to_owned(), value);
    }
    Value::Object(object)
}

/// An object of JSON whose members are all texts.
pub(super) fn texts(members: impl Iterator<Item = (String, String)>) -> Value {
    let mut object = Map::new();
    for (name, value) in members {
        object.insert(name, Value::String(value));
    }
    Value::Object(object)
}

/// What the rule would be asked for this file. Clients send more metadata than a rule has names for, such as the file's
/// own name; the rest is left out. A type is not told by all, nor needed where there is but one.
pub(super) fn ask(
    rule: &UploadRule,
    filename: &str,
    media_type: Option<&str>,
    size: Option<u64>,
    metadata: &ClientJson,
) -> UploadRequest {
    let only = match rule.types() {
        [only] => only.as_str(),
        _ => "",
    };
    UploadRequest {
        filename: Some(filename.to_owned()),
        r#type: media_type.filter(|media_type| !media_type.is_empty()).unwrap_or(only).to_owned(),
        size: size.unwrap_or_default(),
        metadata: rule.metadata_among(metadata.texts()),
        checksum: None,
    }
}

/// Where whoever has this URL may list, complete and drop the upload.
pub(super) fn capability_url(
    upload: &MultipartUpload,
    rule: &UploadRule,
    exchange: Exchange<'_>,
) -> String {
    let own_origin = exchange.request.url.origin;
    format!("{own_origin}/{}/parts/{}", rule.access().rule(), upload.capability())
}

/// As large as Uppy makes a part of such a file, unless its page decides otherwise.
pub(super) fn uppy_part(size: u64) -> u64 {
    size.div_ceil(MAX_PARTS).max(UPPY_PART)
}
