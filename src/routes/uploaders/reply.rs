//! Helpers for all uploaders' protocols: conversion of requests, and answers in JSON.

use rules::{Capability, EndsWith, MultipartUpload, UploadRequest, UploadRule};
use serde::Serialize;

use super::client_json::ClientJson;
use crate::exchange::{Action, Exchange};
use crate::http::answer::{Answer, JSON};

/// Uppy divides a file into parts of 5 MiB, or into larger parts if there would be more than ten thousand.
const UPPY_PART: u64 = 5 << 20;
const MAX_PARTS: u64 = 10_000;

pub(super) fn json(body: &impl Serialize) -> Action {
    Action::Answer(Answer::json(200, JSON, body))
}

/// Returns an answer with something signed, and names what makes it expire early.
pub(super) fn signed_json(body: &impl Serialize, ends_with: Option<EndsWith>) -> Action {
    Action::Answer(Answer::json(200, JSON, body).with_end(ends_with))
}

/// Makes the request for a file.
///
/// Clients also send metadata that the rule does not accept, such as the file's name; it is left out. The type is optional
/// if the rule has only one.
pub(super) fn upload_request(
    rule: &UploadRule,
    filename: &str,
    media_type: Option<&str>,
    size: Option<u64>,
    metadata: &ClientJson,
) -> UploadRequest {
    let default_type = match rule.types() {
        [media_type] => media_type.as_str(),
        _ => "",
    };
    UploadRequest {
        method: None,
        filename: Some(filename.to_owned()),
        r#type: media_type
            .filter(|media_type| !media_type.is_empty())
            .unwrap_or(default_type)
            .to_owned(),
        size: size.unwrap_or_default(),
        metadata: rule.select_metadata(metadata.texts()),
        checksum: None,
    }
}

/// Returns the URL with which anyone may do this.
pub(super) fn capability_url(
    upload: &MultipartUpload,
    capability: Capability,
    rule: &UploadRule,
    exchange: Exchange<'_>,
) -> String {
    let (base, rule) = (exchange.request.url.base, rule.access().rule());
    let query = match capability {
        Capability::Begin => "?uploads",
        Capability::Manage => "",
    };
    let sealed = upload.capability(capability, exchange.ambient);
    format!("{base}/{rule}/parts/{sealed}{query}")
}

/// Returns the size of the parts into which Uppy divides a file, unless the page sets another.
pub(super) fn uppy_part(size: u64) -> u64 {
    size.div_ceil(MAX_PARTS).max(UPPY_PART)
}
