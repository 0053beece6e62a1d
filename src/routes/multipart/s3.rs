//! What uploads in parts ask of the bucket, whichever way the browser asks.

use rules::{Begun, Blocked, Effect, Fetched, MultipartGrant, MultipartUpload, Part, UploadRule};

use crate::exchange::Exchange;
use crate::http::problem::Problem;

/// Longest list of parts taken, in bytes: ten thousand of them.
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// Most parts signed at once.
const MAX_SIGNED: usize = 1_000;

/// The upload of that id, if it is the caller's own. The id is the proof that the rule's challenge was answered.
pub(crate) fn find(
    rule: &UploadRule,
    sealed: &str,
    exchange: Exchange<'_>,
) -> Result<MultipartUpload, Blocked<Problem>> {
    let caller = exchange.caller_with_id(rule.access())?;
    let upload = rule.resume(&caller, sealed, exchange.site.secrets(), exchange.ambient.now)?;
    exchange.record.borrow_mut().granted(upload.key(), None);
    Ok(upload)
}

/// Begins an upload, this request's `nth` from 0 on.
pub(crate) fn begin(
    mut grant: MultipartGrant,
    nth: u16,
    exchange: Exchange<'_>,
) -> Result<Begun, Blocked<Problem>> {
    let now = exchange.ambient.now;
    let credentials = grant.credentials(exchange.site.secrets(), now)?;
    let answer = send(grant.create(&credentials, now).as_nth(nth), exchange)?;
    Ok(grant.begun(answer, &credentials).ok_or_else(unreadable)?)
}

/// The numbers of parts in a parameter of the query: `1,2,3`.
pub(crate) fn numbers(name: &str, exchange: Exchange<'_>) -> Result<Vec<u16>, Problem> {
    let numbers = exchange.request.query(name).unwrap_or_default();
    let numbers: Result<Vec<u16>, _> = numbers.split(',').map(str::parse).collect();
    numbers.ok().filter(|numbers| numbers.len() <= MAX_SIGNED).ok_or_else(|| {
        Problem::new(
            "InvalidArgument",
            format!("`{name}` must be at most {MAX_SIGNED} numbers, such as 1,2,3"),
        )
    })
}

/// Has the bucket join the parts.
pub(crate) fn join(
    upload: &MultipartUpload,
    parts: &[Part],
    exchange: Exchange<'_>,
) -> Result<(), Blocked<Problem>> {
    let answer = send(upload.complete(parts, exchange.ambient.now)?, exchange)?;
    // S3 can say 200 before it has joined the parts, and then that it could not.
    if answer.is("CompleteMultipartUploadResult") {
        return Ok(());
    }
    Err(refused(answer).into())
}

/// Has the bucket drop the parts.
pub(crate) fn drop(
    upload: &MultipartUpload,
    exchange: Exchange<'_>,
) -> Result<(), Blocked<Problem>> {
    send(upload.abort(exchange.ambient.now), exchange).map(|_| ())
}

/// Sends a request to the bucket, and takes nothing but success for an answer.
pub(crate) fn send(effect: Effect, exchange: Exchange<'_>) -> Result<&Fetched, Blocked<Problem>> {
    accept(exchange.bucket_answer(effect)?)
}

pub(crate) fn accept(answer: &Fetched) -> Result<&Fetched, Blocked<Problem>> {
    if (200..300).contains(&answer.status) { Ok(answer) } else { Err(refused(answer).into()) }
}

/// What the bucket says of an upload is passed on; what it says of us is not.
fn refused(answer: &Fetched) -> Problem {
    match answer.code().as_deref() {
        Some("NoSuchUpload") => rules::Denial::NoSuchUpload.into(),
        Some("InvalidPart" | "InvalidPartOrder") => Problem::new(
            "InvalidPart",
            "the bucket has another part, or none, under one of these numbers",
        ),
        Some("EntityTooSmall") => Problem::new("InvalidPart", "the bucket finds a part too small"),
        _ => unreadable(),
    }
}

fn unreadable() -> Problem {
    Problem::new("ServiceUnavailable", "the bucket refused what this Worker asked of it")
}
