//! Parameters that were added, removed or changed.

use super::{Repair, Slot};
use crate::cause::Cause;
use crate::link::decode;
use crate::received::query_changed;
use crate::request::Request;

/// Maximum number of parameters of which each run is tried; of more, only all that S3 does not know.
const MAX_PARAMETERS: usize = 32;

/// Maximum number of neighbouring parameters that are removed together; links to pages rarely have more for statistics.
const MAX_ADDED: usize = 16;

/// Common lengths of time for which links are signed, in seconds.
const COMMON_EXPIRES: &[u32] = &[
    30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
    172_800, 604_800,
];

/// Parameters that signers add and that are mistaken for superfluous, with their encoded values.
const OFTEN_REMOVED: &[(&str, &str)] = &[
    ("x-id", "GetObject"),
    ("x-id", "PutObject"),
    ("x-id", "HeadObject"),
    ("x-id", "DeleteObject"),
    ("x-id", "UploadPart"),
    ("x-amz-checksum-mode", "ENABLED"),
    ("x-amz-sdk-checksum-algorithm", "CRC32"),
    ("x-amz-checksum-crc32", "AAAAAA%3D%3D"),
];

/// The parameters that every signature has, without their prefix.
const OF_EVERY_SIGNATURE: [&str; 6] =
    ["algorithm", "credential", "date", "expires", "signedheaders", "signature"];

/// The parameters of S3's API that a signer writes into a link.
const OF_S3: &[&str] = &[
    "delimiter",
    "encoding-type",
    "list-type",
    "max-keys",
    "partNumber",
    "prefix",
    "uploadId",
    "uploads",
    "versionId",
    "x-id",
];

/// Parameters that were removed, or have another value.
pub(super) fn changed(request: &Request) -> Vec<Repair> {
    let with = |name: &str, value: &str| {
        let mut query = request.query.clone();
        query.retain(|(found, _)| found != name);
        query.push((name.into(), value.into()));
        Request { query, ..request.clone() }
    };
    let removed = OFTEN_REMOVED.iter().map(|(name, value)| {
        let message = format!(
            "the link was signed with the parameter {name}={}, which was removed",
            decode(value)
        );
        Repair::new(Slot::Parameter(name), query_changed(message), with(name, value))
    });
    let expires = if request.query.iter().any(|(name, _)| name == "X-Goog-Expires") {
        "X-Goog-Expires"
    } else {
        "X-Amz-Expires"
    };
    let changed_expires = COMMON_EXPIRES.iter().map(|secs| {
        let message = format!("{expires} was changed: the link was signed for {secs} s");
        let repaired = with(expires, &secs.to_string());
        Repair::new(Slot::Parameter(expires), query_changed(message), repaired)
    });
    removed.chain(changed_expires).collect()
}

/// Parameters that were added: each alone, each run of neighbours, and all that S3 does not know.
pub(super) fn added(request: &Request) -> Vec<Repair> {
    let names: Vec<_> = request.query.iter().map(|(name, _)| decode(name)).collect();
    let longest = if names.len() > MAX_PARAMETERS { 0 } else { MAX_ADDED.min(names.len()) };
    let runs = (1..=longest).flat_map(|length| {
        let starts = 0..=names.len() - length;
        starts.map(move |start| (start..start + length).collect::<Vec<_>>())
    });
    let unknown = names.iter().enumerate().filter(|(_, name)| !is_of_s3(name));
    let unknown: Vec<_> = unknown.map(|(at, _)| at).collect();
    let runs = runs
        .filter(|run| !run.iter().any(|at| names.get(*at).is_some_and(|name| is_reserved(name))));
    let all = runs.chain([unknown]).filter(|run| !run.is_empty());
    let repair = |run: Vec<usize>| {
        let added = |name: &String| {
            query_changed(format!("the parameter {name} was added after the link was signed"))
        };
        let causes: Vec<Cause> = run.iter().filter_map(|at| names.get(*at)).map(added).collect();
        let kept = request.query.iter().enumerate().filter(|(at, _)| !run.contains(at));
        let query = kept.map(|(_, pair)| pair.clone()).collect();
        Repair { slot: Slot::Added, causes, request: Request { query, ..request.clone() } }
    };
    all.map(repair).collect()
}

/// Whether every signature has this parameter.
fn is_reserved(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let part = name.strip_prefix("x-amz-").or_else(|| name.strip_prefix("x-goog-"));
    part.is_some_and(|part| OF_EVERY_SIGNATURE.contains(&part))
}

fn is_of_s3(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_header = lower.starts_with("x-amz-") || lower.starts_with("x-goog-");
    is_header || name.starts_with("response-") || OF_S3.contains(&name)
}
