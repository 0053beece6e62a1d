//! Helpers that all uploaders share: their requests as the rule's, and answers in JSON.

use rules::{MultipartUpload, UploadRequest, UploadRule};
use serde::Serialize;

use super::client_json::ClientJson;
use crate::exchange::{Action, Exchange};
use crate::http::answer::{Answer, JSON};

/// Uppy cuts a file into parts of 5 MiB, and into larger ones only if there would be more than ten thousand.
const UPPY_PART: u64 = 5 << 20;
const MAX_PARTS: u64 = 10_000;

pub(super) fn json(body: &impl Serialize) -> Action {
    Action::Answer(Answer::json(200, JSON, body))
}

/// The request for this file in the rule's terms.
///
/// Clients send more metadata than the rule has names for, such as the file's name; the rest is left out. A rule with
/// only one type needs no type.
pub(super) fn upload_request(
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

/// The URL with which its holder may list, complete and abort the upload.
pub(super) fn capability_url(
    upload: &MultipartUpload,
    rule: &UploadRule,
    exchange: Exchange<'_>,
) -> String {
    let own_origin = exchange.request.url.origin;
    format!("{own_origin}/{}/parts/{}", rule.access().rule(), upload.capability())
}

/// The size of the parts that Uppy makes of such a file, unless its page decides otherwise.
pub(super) fn uppy_part(size: u64) -> u64 {
    size.div_ceil(MAX_PARTS).max(UPPY_PART)
}
