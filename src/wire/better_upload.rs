//! Better Upload: what `@better-upload/client` asks of its server, and expects of it.
//!
//! Files above 32 MiB, and those that come with one, go in parts where the rule takes those. All parts are signed at once.
//!
//! Spec: <https://github.com/Nic13Gamer/better-upload/tree/main/packages/server/src/router>

use alloc::collections::BTreeMap;

use rules::{Caller, Cut, MultipartGrant, UploadGrant, UploadRule};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::piece::sendable;
use super::{ask, json, pass_url};
use crate::admission::Halt;
use crate::problem::Problem;
use crate::respond::Exchange;
use crate::upload::{JSON, Pairs};
use crate::{Answer, Step, body, parts};

/// Most files that are asked for at once.
const MAX_FILES: usize = 10;

/// Above so many bytes a file goes in parts.
const PARTS_ABOVE: u64 = 32 << 20;

/// Parts are larger where there would be more of them, since all are signed at once.
const MAX_PARTS: u64 = 100;
const MIN_PART: u64 = 8 << 20;

/// What begins the names of headers that the client makes of an object's metadata.
const METADATA: &str = "x-amz-meta-";

/// The name of the route is left to the client: the rule is in the path.
#[derive(Deserialize)]
struct Ask {
    files: Vec<File>,
    #[serde(default)]
    metadata: Value,
}

#[derive(Clone, Deserialize, Serialize)]
struct File {
    name: String,
    size: u64,
    r#type: String,
}

/// A file as it is told: the client finds its own again by name, size and type.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    #[serde(flatten)]
    file: &'a File,
    object_info: Object,
}

#[derive(Serialize)]
struct Object {
    key: String,
    metadata: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Whole<'a> {
    signed_url: String,
    file: Told<'a>,
    headers: Pairs<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InParts<'a> {
    file: Told<'a>,
    parts: Vec<SignedPart>,
    upload_id: String,
    complete_signed_url: String,
    abort_signed_url: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignedPart {
    signed_url: String,
    part_number: u16,
    size: u64,
}

pub(super) fn respond(rule: &UploadRule, exchange: Exchange<'_>) -> Result<Step, Halt> {
    let caller = exchange.caller(rule.access())?;
    let Some(asked) = body::read::<Ask>(exchange.request, body::MAX_BYTES)? else {
        return Ok(Step::ReadBody { max_bytes: body::MAX_BYTES });
    };
    let max = if rule.access().is_limited() { 1 } else { MAX_FILES };
    if !(1..=max).contains(&asked.files.len()) {
        return Err(Problem::new(TOO_MANY, format!("ask for 1 to {max} files at a time")).into());
    }
    let metadata: BTreeMap<_, _> =
        asked.metadata.as_object().cloned().unwrap_or_default().into_iter().collect();
    if rule.takes_parts() && asked.files.iter().any(|file| file.size > PARTS_ABOVE) {
        return in_parts(rule, &caller, &asked.files, &metadata, exchange);
    }
    let grant = |file: &File| {
        let ask = ask(rule, &file.name, Some(&file.r#type), Some(file.size), &metadata);
        Ok(rule.grant(&caller, &ask, exchange.moment)?)
    };
    // All are permitted before any is signed.
    let grants = asked.files.iter().map(grant).collect::<Result<Vec<UploadGrant>, Halt>>()?;
    let files = asked.files.iter().zip(grants).map(|(file, grant)| whole(file, grant, exchange));
    let files = files.collect::<Result<Vec<_>, Halt>>()?;
    Ok(json(&json!({ "files": files, "metadata": {} })))
}

const TOO_MANY: &str = "TooManyFiles";

/// The client has words of its own for what can be wrong.
pub(super) fn refuse(problem: Problem) -> Answer {
    let kind = match problem.code() {
        "EntityTooLarge" => "file_too_large",
        "UnsupportedMediaType" => "invalid_file_type",
        TOO_MANY => "too_many_files",
        "AccessDenied"
        | "MissingAuthenticationToken"
        | "InvalidToken"
        | "ExpiredToken"
        | "SlowDown" => "rejected",
        _ => "invalid_request",
    };
    let error = json!({ "type": kind, "message": problem.sentence(), "code": problem.code() });
    problem.into_answer().reworded(JSON, json!({ "error": error }).to_string())
}

fn whole<'a>(
    file: &'a File,
    mut grant: UploadGrant,
    exchange: Exchange<'_>,
) -> Result<Whole<'a>, Halt> {
    let now = exchange.moment.now;
    let credentials = grant.credentials(exchange.site.secrets(), now)?;
    let key = grant.key().to_owned();
    exchange.record.borrow_mut().granted(&key, grant.ends_with());
    let put = grant.sign_put(&credentials, now)?;
    let (metadata, others): (Vec<_>, Vec<_>) =
        sendable(&put.headers).into_iter().partition(|(name, _)| name.starts_with(METADATA));
    let short = |(name, value): (String, String)| (name.replacen(METADATA, "", 1), value);
    let metadata = metadata.into_iter().map(short).collect();
    // It sets the type itself, and a header that is set twice is sent with both values.
    let headers = others.into_iter().filter(|(name, _)| name != "content-type").collect();
    Ok(Whole {
        signed_url: put.url,
        file: Told { file, object_info: Object { key, metadata } },
        headers: Pairs(headers),
    })
}

fn in_parts(
    rule: &UploadRule,
    caller: &Caller,
    files: &[File],
    metadata: &BTreeMap<String, Value>,
    exchange: Exchange<'_>,
) -> Result<Step, Halt> {
    let largest = files.iter().map(|file| file.size).max().unwrap_or_default();
    let part_size = largest.div_ceil(MAX_PARTS).next_multiple_of(1 << 20).max(MIN_PART);
    let grant = |file: &File| {
        let ask = ask(rule, &file.name, Some(&file.r#type), Some(file.size), metadata);
        Ok(rule.begin(caller, &ask, Cut::At(part_size), exchange.moment)?)
    };
    let grants = files.iter().map(grant).collect::<Result<Vec<MultipartGrant>, Halt>>()?;
    let mut begun = Vec::new();
    for ((nth, file), grant) in (0..).zip(files).zip(grants) {
        begun.push(begin(
            rule,
            caller,
            file,
            parts::begin(grant, nth, exchange)?.upload_id,
            exchange,
        )?);
    }
    Ok(json(&json!({ "multipart": { "files": begun, "partSize": part_size }, "metadata": {} })))
}

fn begin<'a>(
    rule: &UploadRule,
    caller: &Caller,
    file: &'a File,
    upload_id: String,
    exchange: Exchange<'_>,
) -> Result<InParts<'a>, Halt> {
    let now = exchange.moment.now;
    let upload = rule.resume(caller, &upload_id, exchange.site.secrets(), now)?;
    exchange.record.borrow_mut().granted(upload.key(), None);
    let part = |part_number| {
        let signed_url = upload.sign_part(part_number, now)?.url;
        Ok(SignedPart { signed_url, part_number, size: upload.part_bytes(part_number)? })
    };
    let count = u16::try_from(upload.count()).unwrap_or(u16::MAX);
    let parts = (1..=count).map(part).collect::<Result<_, Halt>>()?;
    let pass = pass_url(&upload, rule, exchange);
    let object_info = Object { key: upload.key().to_owned(), metadata: BTreeMap::new() };
    Ok(InParts {
        file: Told { file, object_info },
        parts,
        upload_id,
        complete_signed_url: pass.clone(),
        abort_signed_url: pass,
    })
}
