//! The body of an ask: bounded, then JSON.

use rules::UploadAsk;

use crate::Request;
use crate::problem::Problem;

/// Longest body taken, in bytes.
pub(crate) const MAX_BYTES: usize = 16_384;

/// Longest part of a JSON error repeated, in characters.
const MAX_WHY: usize = 200;

/// Reads the ask, or finds that the body has not been read yet.
///
/// # Errors
///
/// `MaxMessageLengthExceeded` for a body that is too long, unread if it says so itself; `MalformedPOSTRequest` if it is
/// not the JSON expected.
pub(crate) fn read(request: &Request<'_>) -> Result<Option<UploadAsk>, Problem> {
    let announced = request.headers.content_length.and_then(|length| length.parse::<usize>().ok());
    if announced.or(request.body.map(<[u8]>::len)).is_some_and(|length| length > MAX_BYTES) {
        return Err(Problem::new(
            "MaxMessageLengthExceeded",
            "the body is longer than 16384 bytes",
        ));
    }
    let Some(body) = request.body else { return Ok(None) };
    if body.len() > MAX_BYTES {
        return Err(Problem::new(
            "MaxMessageLengthExceeded",
            "the body is longer than 16384 bytes",
        ));
    }
    serde_json::from_slice(body).map(Some).map_err(|error| {
        let why: String = error.to_string().chars().take(MAX_WHY).collect();
        let detail = format!(r#"the body must be JSON such as {{"filename":"me.png","type":"image/png","size":1024}}: {why}"#);
        Problem::new("MalformedPOSTRequest", detail)
    })
}
