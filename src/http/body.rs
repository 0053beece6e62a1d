//! The body of a request: limited in length, then read as JSON.

use error_code::ErrorCode;
use rules::UploadRequest;
use serde::Deserialize;

use crate::http::problem::Problem;
use crate::http::request::Request;

/// Longest request for an upload, in bytes.
pub(crate) const MAX_BYTES: usize = 16_384;

/// The request for one file.
pub(crate) const EXAMPLE: &str = r#"{"filename":"me.png","type":"image/png","size":1024}"#;

/// How much of a JSON error an answer repeats, in characters.
const MAX_WHY: usize = 200;

/// Parses the body as a JSON object; returns `None` if the body has not been read yet.
///
/// # Errors
///
/// [`ErrorCode::MaxMessageLengthExceeded`] for a body that is too long, which is not read if its `Content-Length` says so;
/// [`ErrorCode::MalformedPostRequest`] if it is not the expected JSON.
pub(crate) fn read<'a, T: Deserialize<'a>>(
    request: &Request<'a>,
    max_bytes: usize,
) -> Result<Option<T>, Problem> {
    let Some(body) = bytes(request, max_bytes)? else { return Ok(None) };
    parse(body, "the body", EXAMPLE).map(Some)
}

/// Parses a JSON object.
///
/// # Errors
///
/// [`ErrorCode::MalformedPostRequest`], with what it should be instead.
pub(crate) fn parse<'a, T: Deserialize<'a>>(
    text: &'a [u8],
    what: &str,
    example: &str,
) -> Result<T, Problem> {
    object(text).map_err(|error| malformed(&error, what, example))
}

/// Parses the request for one file.
///
/// # Errors
///
/// As [`parse`].
#[inline(never)] // called for one and for many
pub(crate) fn parse_file(text: &[u8], what: &str) -> Result<UploadRequest, Problem> {
    parse(text, what, EXAMPLE)
}

#[inline(never)]
fn malformed(error: &str, what: &str, example: &str) -> Problem {
    let why: String = error.chars().take(MAX_WHY).collect();
    let detail = format!("{what} must be JSON such as {example}: {why}");
    Problem::new(ErrorCode::MalformedPostRequest, detail)
}

fn object<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, String> {
    // Without this check, a derived reader would also accept an array of the members in order.
    if !body.trim_ascii_start().starts_with(b"{") {
        return Err("not an object".into());
    }
    let text = str::from_utf8(body).map_err(|_| "not UTF-8")?;
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// Returns the bytes of the body; `None` if it has not been read yet.
///
/// # Errors
///
/// [`ErrorCode::MaxMessageLengthExceeded`] for a body that is too long, which is not read if its `Content-Length` says so.
pub(crate) fn bytes<'a>(
    request: &Request<'a>,
    max_bytes: usize,
) -> Result<Option<&'a [u8]>, Problem> {
    let announced = request.headers.content_length.and_then(|length| length.parse::<usize>().ok());
    if announced.is_some_and(|length| length > max_bytes) {
        return Err(too_long(max_bytes));
    }
    let Some(body) = request.body else { return Ok(None) };
    check_length(body, max_bytes)?;
    Ok(Some(body))
}

/// Refuses a body that is too long.
pub(crate) fn check_length(body: &[u8], max_bytes: usize) -> Result<(), Problem> {
    if body.len() > max_bytes { Err(too_long(max_bytes)) } else { Ok(()) }
}

fn too_long(max_bytes: usize) -> Problem {
    let detail = format!("the body is longer than {max_bytes} bytes");
    Problem::new(ErrorCode::MaxMessageLengthExceeded, detail)
}
