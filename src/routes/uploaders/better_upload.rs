//! Better Upload: what `@better-upload/client` asks of its server, and expects of it.
//!
//! Files above 32 MiB, and those that come with one, go in parts where the rule takes those. All parts are signed at once.
//!
//! Spec: <https://github.com/Nic13Gamer/better-upload/tree/main/packages/server/src/router>

use rules::{Blocked, Caller, MultipartGrant, PartSize, UploadGrant, UploadRule};
use serde_json::{Map, Value};

use super::client_json::{ClientJson, required};
use super::in_parts;
use super::reply::{ask, capability_url, json, object};
use super::single_upload::sendable;
use crate::exchange::Action;
use crate::exchange::Exchange;
use crate::http::answer::Answer;
use crate::http::answer::JSON;
use crate::http::body;
use crate::http::problem::Problem;

/// Most files that are asked for at once.
const MAX_FILES: usize = 10;

/// Above so many bytes a file goes in parts.
const PARTS_ABOVE: u64 = 32 << 20;

/// Parts are larger where there would be more of them, since all are signed at once.
const MAX_PARTS: u64 = 100;
const MIN_PART: u64 = 8 << 20;

/// What begins the names of headers that the client makes of an object's metadata.
const METADATA: &str = "x-amz-meta-";

const TOO_MANY: &str = "TooManyFiles";

struct File {
    name: String,
    size: u64,
    media_type: String,
}

/// The name of the route is left to the client: the rule is in the path.
pub(super) fn respond(
    rule: &UploadRule,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let caller = exchange.caller(rule.access())?;
    let Some(json_body) = ClientJson::read(exchange.request, body::MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: body::MAX_BYTES });
    };
    let files = json_body
        .list("files")?
        .iter()
        .map(File::read)
        .collect::<Result<Vec<_>, Blocked<Problem>>>()?;
    let max = if rule.access().is_limited() { 1 } else { MAX_FILES };
    if !(1..=max).contains(&files.len()) {
        return Err(Problem::new(TOO_MANY, format!("ask for 1 to {max} files at a time")).into());
    }
    let metadata = json_body.object("metadata");
    if rule.takes_parts() && files.iter().any(|file| file.size > PARTS_ABOVE) {
        return in_parts(rule, &caller, &files, &metadata, exchange);
    }
    let grant =
        |file: &File| Ok(rule.grant(&caller, &file.ask(rule, &metadata), exchange.ambient)?);
    // All are permitted before any is signed.
    let grants = files.iter().map(grant).collect::<Result<Vec<UploadGrant>, Blocked<Problem>>>()?;
    let files = files.iter().zip(grants).map(|(file, grant)| whole(file, grant, exchange));
    let files = Value::Array(files.collect::<Result<_, Blocked<Problem>>>()?);
    Ok(json(&object([("files", files), ("metadata", object([]))])))
}

/// The client has words of its own for what can be wrong.
pub(super) fn refuse(problem: Problem) -> Answer {
    let kind = match problem.code() {
        "EntityTooLarge" => "file_too_large",
        "UnsupportedMediaType" => "invalid_file_type",
        TOO_MANY => "too_many_files",
        "AccessDenied"
        | "ExpiredToken"
        | "InvalidToken"
        | "MissingAuthenticationToken"
        | "SlowDown" => "rejected",
        _ => "invalid_request",
    };
    let (code, message) = (problem.code().into(), problem.sentence().into());
    let error = object([("type", kind.into()), ("message", message), ("code", code)]);
    problem.into_answer().reworded(JSON, object([("error", error)]).to_string())
}

fn whole(
    file: &File,
    mut grant: UploadGrant,
    exchange: Exchange<'_>,
) -> Result<Value, Blocked<Problem>> {
    let now = exchange.ambient.now;
    let credentials = grant.credentials(exchange.site.secrets(), now)?;
    let key = grant.key().to_owned();
    exchange.record.borrow_mut().granted(&key, grant.ends_with());
    let put = grant.sign_put(&credentials, now)?;
    let (mut metadata, mut headers) = (Map::new(), Map::new());
    for (name, value) in sendable(&put.headers) {
        match name.strip_prefix(METADATA) {
            Some(name) => drop(metadata.insert(name.to_owned(), value.into())),
            // The client sets the type itself, and a header that is set twice is sent with both values.
            None if name == "content-type" => {}
            None => drop(headers.insert(name, value.into())),
        }
    }
    let json_body = file.told(&key, metadata.into());
    Ok(object([("signedUrl", put.url.into()), ("file", json_body), ("headers", headers.into())]))
}

fn in_parts(
    rule: &UploadRule,
    caller: &Caller,
    files: &[File],
    metadata: &ClientJson,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let largest = files.iter().map(|file| file.size).max().unwrap_or_default();
    let part_size = largest.div_ceil(MAX_PARTS).next_multiple_of(1 << 20).max(MIN_PART);
    let grant = |file: &File| {
        Ok(rule.begin(
            caller,
            &file.ask(rule, metadata),
            PartSize::Fixed(part_size),
            exchange.ambient,
        )?)
    };
    let grants =
        files.iter().map(grant).collect::<Result<Vec<MultipartGrant>, Blocked<Problem>>>()?;
    let mut begun = Vec::new();
    for ((nth, file), grant) in (0..).zip(files).zip(grants) {
        begun.push(begin(rule, caller, file, (nth, grant), exchange)?);
    }
    let multipart = object([("files", begun.into()), ("partSize", part_size.into())]);
    Ok(json(&object([("multipart", multipart), ("metadata", object([]))])))
}

fn begin(
    rule: &UploadRule,
    caller: &Caller,
    file: &File,
    (nth, grant): (u16, MultipartGrant),
    exchange: Exchange<'_>,
) -> Result<Value, Blocked<Problem>> {
    let upload = in_parts::begin_and_find(rule, caller, grant, nth, exchange)?;
    let part = |number| {
        let (url, size) =
            (upload.sign_part(number, exchange.ambient.now)?.url, upload.part_bytes(number)?);
        Ok(object([
            ("signedUrl", url.into()),
            ("partNumber", number.into()),
            ("size", size.into()),
        ]))
    };
    let count = u16::try_from(upload.count()).unwrap_or(u16::MAX);
    let parts = (1..=count).map(part).collect::<Result<_, Blocked<Problem>>>()?;
    let pass = capability_url(&upload, rule, exchange);
    Ok(object([
        ("file", file.told(upload.key(), object([]))),
        ("parts", Value::Array(parts)),
        ("uploadId", upload.id().into()),
        ("completeSignedUrl", pass.clone().into()),
        ("abortSignedUrl", pass.into()),
    ]))
}

impl File {
    fn read(json_body: &ClientJson) -> Result<Self, Blocked<Problem>> {
        Ok(Self {
            name: required(json_body.text("name")?, "name")?.to_owned(),
            size: required(json_body.number("size")?, "size")?,
            media_type: required(json_body.text("type")?, "type")?.to_owned(),
        })
    }

    fn ask(&self, rule: &UploadRule, metadata: &ClientJson) -> rules::UploadRequest {
        ask(rule, &self.name, Some(&self.media_type), Some(self.size), metadata)
    }

    /// The client finds its own file again by name, size and type.
    fn told(&self, key: &str, metadata: Value) -> Value {
        object([
            ("name", self.name.as_str().into()),
            ("size", self.size.into()),
            ("type", self.media_type.as_str().into()),
            ("objectInfo", object([("key", key.into()), ("metadata", metadata)])),
        ])
    }
}
