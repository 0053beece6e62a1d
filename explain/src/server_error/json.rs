//! Parses errors in JSON: of Google's JSON API, B2's native API, Cloudflare's API, and S3 errors that a program printed.

use serde_json::Value;

use crate::catalogue::Entry;

/// R2's numbers, which its own APIs write instead of the codes of S3.
///
/// Source: <https://developers.cloudflare.com/r2/api/error-codes/>
const OF_R2: &[(u64, &str)] = &[
    (10_001, "InternalError"),
    (10_002, "Unauthorized"),
    (10_003, "AccessDenied"),
    (10_005, "InvalidBucketName"),
    (10_006, "NoSuchBucket"),
    (10_007, "NoSuchKey"),
    (10_011, "EntityTooSmall"),
    (10_012, "MetadataTooLarge"),
    (10_013, "IncompleteBody"),
    (10_014, "InvalidDigest"),
    (10_018, "ExpiredRequest"),
    (10_020, "InvalidObjectName"),
    (10_024, "NoSuchUpload"),
    (10_025, "InvalidPart"),
    (10_031, "PreconditionFailed"),
    (10_033, "MissingContentLength"),
    (10_035, "SignatureDoesNotMatch"),
    (10_037, "BadDigest"),
    (10_039, "InvalidRange"),
    (10_042, "NotEntitled"),
    (10_043, "ServiceUnavailable"),
    (10_048, "InvalidPart"),
    (10_054, "ClientDisconnect"),
    (10_058, "TooManyRequests"),
    (10_069, "ObjectLockedByBucketPolicy"),
    (100_100, "EntityTooLarge"),
];

/// The code and the message of an error, as the fields of an S3 error; empty if the value is not an error.
pub(super) fn fields(value: &Value) -> Vec<(String, String)> {
    let (code, message) =
        google(value).or_else(|| cloudflare(value)).or_else(|| flat(value)).unwrap_or_default();
    if code.is_empty() {
        return Vec::new();
    }
    vec![("Code".into(), code), ("Message".into(), message)]
}

/// `{"error": {"code": 403, "message": "...", "errors": [{"reason": "forbidden"}]}}`
fn google(value: &Value) -> Option<(String, String)> {
    let error = value.get("error")?;
    let reason = error.pointer("/errors/0/reason").or_else(|| error.get("status"));
    Some((text(reason?)?, text(error.get("message")?)?))
}

/// `{"success": false, "errors": [{"code": 10006, "message": "..."}]}`
fn cloudflare(value: &Value) -> Option<(String, String)> {
    let error = value.pointer("/errors/0")?;
    let number = error.get("code")?.as_u64()?;
    let (_, code) = OF_R2.iter().find(|(found, _)| *found == number)?;
    Some(((*code).into(), text(error.get("message")?)?))
}

/// `{"code": "bad_auth_token", "message": "...", "status": 401}`, or the fields of S3's XML. Many programs write a `code` of
/// their own, so one in lower case counts only if it is known.
fn flat(value: &Value) -> Option<(String, String)> {
    let field = |name| text(value.get(name)?);
    let known = || field("code").filter(|code| Entry::of(code).is_some());
    let message = field("Message").or_else(|| field("message"));
    Some((field("Code").or_else(known)?, message.unwrap_or_default()))
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(String::from)
}
