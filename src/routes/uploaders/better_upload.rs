//! Better Upload's protocol, between `@better-upload/client` and its server.
//!
//! If one file is larger than 32 MiB and the rule accepts parts, all files of the request are sent in parts. All parts are
//! signed at once.
//!
//! Spec: <https://github.com/Nic13Gamer/better-upload/tree/main/packages/server/src/router>

use error_code::ErrorCode;
use rules::{
    Blocked, Caller, Capability, Denial, MultipartGrant, MultipartUpload, PartSize, Signed,
    SignedUpload, UploadRequest, UploadRule,
};
use serde_json::{Value, json};

use super::client_json::{ClientJson, required};
use super::multipart;
use super::reply::{capability_url, signed_json, upload_request};
use super::single_upload::settable;
use crate::exchange::{Action, Exchange};
use crate::http::answer::{Answer, JSON, Pairs};
use crate::http::body;
use crate::http::problem::Problem;
use crate::routes::multipart::s3;
use crate::routes::sign_grant::{give_back, reserve, sign_grant};

/// Most files in one request.
const MAX_FILES: usize = 10;

/// Largest file that is sent whole if the rule accepts parts, in bytes.
const PARTS_ABOVE: u64 = 32 << 20;

/// Most parts of a file, since all are signed at once. Larger files have larger parts.
const MAX_PARTS: u64 = 100;

/// Smallest part, in bytes.
const MIN_PART: u64 = 8 << 20;

/// The prefix of the headers that the client makes from an object's metadata.
const METADATA: &str = "x-amz-meta-";

struct File {
    name: String,
    size: u64,
    media_type: String,
}

/// Answers a request; the client's own `route` is ignored, since the path names the rule.
pub(super) fn respond(
    rule: &UploadRule,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let caller = exchange.caller(rule.access())?;
    let Some(message) = ClientJson::read(exchange.request, body::MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: body::MAX_BYTES });
    };
    let files = message.list("files")?;
    let files = files.iter().map(File::read).collect::<Result<Vec<_>, Denial>>()?;
    if !(1..=MAX_FILES).contains(&files.len()) {
        let detail = format!("a request may have 1 to {MAX_FILES} files");
        return Err(Problem::new(ErrorCode::TooManyFiles, detail).into());
    }
    // The client takes all or none.
    exchange.count_files(rule.access(), files.len(), &caller)?.check(files.len() - 1)?;
    let metadata = message.object("metadata");
    if rule.takes_parts() && files.iter().any(|file| file.size > PARTS_ABOVE) {
        return begin_all(rule, &caller, &files, &metadata, exchange);
    }
    let grant = |file: &File| {
        rule.grant(&caller, &file.upload_request(rule, &metadata), exchange.ambient)?.by_put()
    };
    // Check all files before one is signed.
    let mut grants = files.iter().map(grant).collect::<Result<Vec<_>, Denial>>()?;
    if rule.quota().is_some() {
        let mut all: Vec<_> = grants.iter_mut().collect();
        reserve(&mut all, true, exchange)?.into_iter().collect::<Result<(), _>>()?;
    }
    let mut ends_with = None; // the same for all files: they have one rule, caller and signer
    let files = files.iter().zip(grants).map(|(file, grant)| {
        let signed = sign_grant(grant, exchange)?;
        ends_with = signed.ends_with;
        Ok(signed_file(file, &signed))
    });
    let files = files.collect::<Result<Vec<_>, Blocked<Problem>>>()?;
    Ok(signed_json(&json!({ "files": files, "metadata": {} }), ends_with))
}

/// Converts a refusal into one of the client's kinds of errors.
pub(super) fn refuse(problem: Problem) -> Answer {
    let code = problem.code();
    let kind = match (code, code.status()) {
        (ErrorCode::EntityTooLarge, _) => "file_too_large",
        (ErrorCode::UnsupportedMediaType, _) => "invalid_file_type",
        (ErrorCode::TooManyFiles, _) => "too_many_files",
        (ErrorCode::SlowDown, _) | (_, 401 | 403) => "rejected",
        _ => "invalid_request",
    };
    let message = problem.sentence();
    let body = json!({ "error": { "type": kind, "message": message, "code": code.as_str() } });
    problem.into_answer().with_body(JSON, body.to_string())
}

fn signed_file(file: &File, signed: &Signed<SignedUpload>) -> Value {
    let (mut metadata, mut headers) = (Vec::new(), Vec::new());
    for (name, value) in settable(signed.output.headers().unwrap_or_default()).0 {
        match name.strip_prefix(METADATA) {
            Some(name) => metadata.push((name, value)),
            // The client sets the type itself; a header that is set twice is sent with both values.
            None if name == "content-type" => {}
            None => headers.push((name, value)),
        }
    }
    json!({
        "signedUrl": signed.output.url(),
        "file": file.to_json(&signed.key, &Pairs(metadata)),
        "headers": Pairs(headers),
    })
}

/// Begins the upload of all files in parts.
fn begin_all(
    rule: &UploadRule,
    caller: &Caller,
    files: &[File],
    metadata: &ClientJson,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let largest = files.iter().map(|file| file.size).max().unwrap_or_default();
    let part_size = largest.div_ceil(MAX_PARTS).next_multiple_of(1 << 20).max(MIN_PART);
    let grant = |file: &File| {
        let request = file.upload_request(rule, metadata);
        rule.begin(caller, &request, PartSize::Fixed(part_size), exchange.ambient)
    };
    let mut grants = files.iter().map(grant).collect::<Result<Vec<_>, Denial>>()?;
    if rule.quota().is_some() {
        let mut all: Vec<_> = grants.iter_mut().map(MultipartGrant::file_mut).collect();
        reserve(&mut all, true, exchange)?.into_iter().collect::<Result<(), _>>()?;
    }
    let reservations = grants.iter().filter_map(MultipartGrant::reservation).collect();
    let mut ends_with = None;
    let begun = (0..).zip(files).zip(grants).map(|((nth, file), grant)| {
        let begun = s3::begin_reserved(grant, nth, exchange)?;
        let upload;
        (upload, ends_with) = multipart::find(rule, caller, &begun, exchange)?;
        sign_parts(rule, file, &upload, exchange)
    });
    let begun = match begun.collect::<Result<Vec<_>, Blocked<Problem>>>() {
        Err(Blocked::Refused(problem)) => return Err(give_back(reservations, problem, exchange)),
        begun => begun?,
    };
    let multipart = json!({ "files": begun, "partSize": part_size });
    Ok(signed_json(&json!({ "multipart": multipart, "metadata": {} }), ends_with))
}

fn sign_parts(
    rule: &UploadRule,
    file: &File,
    upload: &MultipartUpload,
    exchange: Exchange<'_>,
) -> Result<Value, Blocked<Problem>> {
    let part = |number| {
        let (url, size) = (upload.sign_part(number)?.url, upload.part_bytes(number)?);
        Ok(json!({ "signedUrl": url, "partNumber": number, "size": size }))
    };
    let count = u16::try_from(upload.count()).unwrap_or(u16::MAX);
    let parts = (1..=count).map(part).collect::<Result<Vec<_>, Denial>>()?;
    let capability = capability_url(upload, Capability::Manage, rule, exchange);
    Ok(json!({
        "file": file.to_json(upload.key(), &Pairs(Vec::new())),
        "parts": parts,
        "uploadId": upload.id(exchange.ambient),
        "completeSignedUrl": capability,
        "abortSignedUrl": capability,
    }))
}

impl File {
    fn read(message: &ClientJson) -> Result<Self, Denial> {
        Ok(Self {
            name: required(message.text("name")?, "name")?.to_owned(),
            size: required(message.number("size")?, "size")?,
            media_type: required(message.text("type")?, "type")?.to_owned(),
        })
    }

    fn upload_request(&self, rule: &UploadRule, metadata: &ClientJson) -> UploadRequest {
        upload_request(rule, &self.name, Some(&self.media_type), Some(self.size), metadata)
    }

    /// Writes the file in JSON. The client finds its own file by name, size and type.
    fn to_json(&self, key: &str, metadata: &Pairs<&str>) -> Value {
        json!({
            "name": self.name,
            "size": self.size,
            "type": self.media_type,
            "objectInfo": { "key": key, "metadata": metadata },
        })
    }
}
