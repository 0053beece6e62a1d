//! Candidates for the request that was signed: each undoes one change, and names that change.
//!
//! The search computes the signature of each with the secret. Only the request that was signed has the signature.

mod complete;
mod hosts;

pub(crate) use self::complete::completions;
use self::complete::{EMPTY_BODY_SHA256, METHODS, candidates};
use self::hosts::hosts_and_styles;
use crate::cause::{Cause, Code};
use crate::context::KnownBucket;
use crate::link::decode;
use crate::received::{double_encoded, plus_for_space, query_changed};
use crate::request::{Request, UNSIGNED};
use crate::sending::{header_differs, header_not_sent, method_differs};

/// Common lengths of time for which links are signed, in seconds.
const COMMON_EXPIRES: &[u32] = &[
    30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
    172_800, 604_800,
];

/// A candidate for the request that was signed, and the cause of the failure if it is that request.
pub(crate) struct Repair {
    pub(crate) cause: Cause,
    pub(crate) request: Request,
}

/// All candidates that are one change away from the request.
pub(crate) fn all(request: &Request, buckets: &[KnownBucket], types: &[String]) -> Vec<Repair> {
    let parts = [
        methods(request),
        headers(request, types),
        encodings(request),
        parameters(request),
        hosts_and_styles(request, buckets),
        payloads(request),
    ];
    parts.into_iter().flatten().collect()
}

fn methods(request: &Request) -> Vec<Repair> {
    let Some(sent) = request.method.as_deref() else { return Vec::new() };
    let others = METHODS.into_iter().filter(|method| *method != sent);
    let repair = |method: &str| Repair {
        cause: method_differs(method, sent),
        request: Request { method: Some(method.into()), ..request.clone() },
    };
    others.map(repair).collect()
}

fn headers(request: &Request, types: &[String]) -> Vec<Repair> {
    let each = |(at, (name, sent)): (usize, &(String, Option<String>))| -> Vec<Repair> {
        let sent = sent.clone().unwrap_or_default();
        let others = candidates(name, types).into_iter().filter(|value| *value != sent);
        let repair = |value: String| {
            let mut repaired = request.clone();
            if let Some((_, known)) = repaired.headers.get_mut(at) {
                *known = Some(value.clone());
            }
            let cause = match sent.as_str() {
                "" => header_not_sent(name, Some(&value)),
                sent => header_differs(name, &value, sent),
            };
            Repair { cause, request: repaired }
        };
        others.map(repair).collect()
    };
    request.headers.iter().enumerate().flat_map(each).collect()
}

/// Text that was percent-encoded twice, and spaces that became `+`.
fn encodings(request: &Request) -> Vec<Repair> {
    let path = |path: String| Request { path, ..request.clone() };
    let query = |change: &dyn Fn(&str) -> String| {
        let pairs = request.query.iter();
        let query = pairs.map(|(name, value)| (name.clone(), change(value))).collect();
        Request { query, ..request.clone() }
    };
    let spaces = |text: &str| text.replace('+', "%20");
    let signer = Cause::new(
        Code::DoubleEncoded,
        "the signer encoded the path twice, which is correct for other services, but not for S3",
        "configure the signer for S3: service s3, uriEscapePath: false, singleEncode: true, or use its S3 variant",
    );
    vec![
        Repair { cause: double_encoded("the path"), request: path(decode(&request.path)) },
        Repair { cause: double_encoded("a parameter"), request: query(&decode) },
        Repair { cause: plus_for_space("the path"), request: path(spaces(&request.path)) },
        Repair { cause: plus_for_space("a parameter"), request: query(&spaces) },
        Repair { cause: signer, request: Request { encode_path_twice: true, ..request.clone() } },
    ]
}

/// Parameters that were added, removed or changed.
fn parameters(request: &Request) -> Vec<Repair> {
    let is_reserved = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.starts_with("x-amz-") || name.starts_with("x-goog-")
    };
    let added = (0..request.query.len()).filter_map(|at| {
        let mut query = request.query.clone();
        let (name, _) = query.remove(at);
        let message =
            format!("the parameter {} was added after the link was signed", decode(&name));
        (!is_reserved(&name)).then(|| Repair {
            cause: query_changed(message),
            request: Request { query, ..request.clone() },
        })
    });
    let with = |name: &str, value: &str| {
        let mut query = request.query.clone();
        query.retain(|(found, _)| found != name);
        query.push((name.into(), value.into()));
        Request { query, ..request.clone() }
    };
    let removed = [
        ("x-id", "GetObject"),
        ("x-id", "PutObject"),
        ("x-id", "HeadObject"),
        ("x-id", "DeleteObject"),
        ("x-amz-checksum-mode", "ENABLED"),
        ("x-amz-sdk-checksum-algorithm", "CRC32"),
        ("x-amz-checksum-crc32", "AAAAAA%3D%3D"),
    ];
    let removed = removed.into_iter().map(|(name, value)| {
        let message = format!(
            "the link was signed with the parameter {name}={}, which was removed",
            decode(value)
        );
        Repair { cause: query_changed(message), request: with(name, value) }
    });
    let expires = if request.query.iter().any(|(name, _)| name == "X-Goog-Expires") {
        "X-Goog-Expires"
    } else {
        "X-Amz-Expires"
    };
    let changed_expires = COMMON_EXPIRES.iter().map(|secs| {
        let message = format!("{expires} was changed: the link was signed for {secs} s");
        Repair { cause: query_changed(message), request: with(expires, &secs.to_string()) }
    });
    added.chain(removed).chain(changed_expires).collect()
}

fn payloads(request: &Request) -> Vec<Repair> {
    let others =
        [EMPTY_BODY_SHA256, UNSIGNED].into_iter().filter(|payload| *payload != request.payload);
    let repair = |payload: &str| {
        let message =
            "the link was signed with the hash of an empty body instead of UNSIGNED-PAYLOAD";
        let hint = "configure the signer not to sign the body: x-amz-content-sha256: UNSIGNED-PAYLOAD, or use its S3 variant";
        Repair {
            cause: Cause::new(Code::PayloadSigned, message, hint),
            request: Request { payload: payload.into(), ..request.clone() },
        }
    };
    others.map(repair).collect()
}
