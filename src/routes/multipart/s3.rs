//! Requests to the bucket about uploads in parts, for all routes.

use error_code::ErrorCode;
use rules::{
    Begun, Blocked, Denial, Effect, Fetched, MultipartGrant, MultipartUpload, Part, UploadRule,
};

use crate::exchange::Exchange;
use crate::http::problem::Problem;
use crate::routes::confirm::Confirmed;
use crate::routes::sign_grant::{give_back, reserve};

/// Longest list of parts in a request, in bytes, however many parts there are.
const MAX_LIST_BYTES: usize = 1 << 20;

/// Room for one part in such a list, in bytes: for its number, its `ETag`, and the names around them.
const MAX_PART_BYTES: usize = 512;

/// Room for the rest of such a list, in bytes.
const MAX_REST_BYTES: usize = 1_024;

/// Most parts signed at once.
const MAX_SIGNED: usize = 1_000;

/// Finds the upload with this id, if it is the caller's. The id proves that the rule's challenge was solved.
pub(crate) fn find(
    rule: &UploadRule,
    upload_id: &str,
    exchange: Exchange<'_>,
) -> Result<MultipartUpload, Blocked<Problem>> {
    let caller = exchange.caller_without_challenge(rule.access())?;
    let secrets = exchange.secrets_for(rule.bucket())?;
    let upload = rule.resume(&caller, upload_id, secrets, exchange.ambient.now)?;
    exchange.record.borrow_mut().granted(upload.key(), None);
    Ok(upload)
}

/// Returns the length of the longest list that can complete an upload, in bytes: it depends on how many parts there are.
pub(crate) fn max_list_bytes(upload: &MultipartUpload) -> usize {
    let count = usize::try_from(upload.count()).unwrap_or(usize::MAX);
    count.saturating_mul(MAX_PART_BYTES).saturating_add(MAX_REST_BYTES).min(MAX_LIST_BYTES)
}

/// Begins an upload, the only one of its request. If that fails, what it has reserved is given back.
pub(crate) fn begin(
    mut grant: MultipartGrant,
    exchange: Exchange<'_>,
) -> Result<Begun, Blocked<Problem>> {
    if grant.file_mut().is_counted() {
        reserve(&mut [grant.file_mut()], false, exchange)?
            .into_iter()
            .collect::<Result<(), _>>()?;
    }
    let reservation = grant.reservation();
    match begin_reserved(grant, 0, exchange) {
        Err(Blocked::Refused(problem)) => {
            Err(give_back(reservation.into_iter().collect(), problem, exchange))
        }
        begun => begun,
    }
}

/// Begins an upload, for which the quota has been reserved; `nth` counts those that one request begins, from 0.
pub(crate) fn begin_reserved(
    grant: MultipartGrant,
    nth: u16,
    exchange: Exchange<'_>,
) -> Result<Begun, Blocked<Problem>> {
    let secrets = exchange.secrets_for(grant.bucket())?;
    let start = grant.sign(secrets, exchange.ambient.now)?;
    let answer = send(start.request().as_nth(nth), exchange)?;
    Ok(start.begun(answer, exchange.ambient).ok_or_else(unexpected_answer)?)
}

/// Parses the part numbers in a parameter of the query: `1,2,3`.
pub(crate) fn numbers(name: &str, exchange: Exchange<'_>) -> Result<Vec<u16>, Problem> {
    let numbers = exchange.request.query(name).unwrap_or_default();
    let numbers: Result<Vec<u16>, _> = numbers.split(',').map(str::parse).collect();
    numbers.ok().filter(|numbers| numbers.len() <= MAX_SIGNED).ok_or_else(|| {
        let detail = format!("`{name}` must be at most {MAX_SIGNED} numbers, such as 1,2,3");
        Problem::new(ErrorCode::InvalidArgument, detail)
    })
}

/// Completes an upload, and describes the object. The Worker saw it end, so there is a receipt at once if the rule `confirms`.
pub(crate) fn complete(
    upload: &MultipartUpload,
    parts: &[Part],
    exchange: Exchange<'_>,
) -> Result<Confirmed, Blocked<Problem>> {
    let Exchange { site, ambient, .. } = exchange;
    if let Some(rules) = site.rules() {
        rules.check_issuer(site.secrets())?;
    }
    let completion = upload.complete(parts)?;
    let problem = |blocked: Blocked<Denial>| blocked.map(Problem::from);
    upload.hold_reservation(exchange.request.results).map_err(problem)?;
    let answer = exchange.bucket_answer(completion)?;
    // S3 may answer 200 before it has joined the parts, and then report an error in the body.
    let completed = accept(answer).and_then(|answer| {
        if answer.has_root("CompleteMultipartUploadResult") {
            Ok(answer)
        } else {
            Err(bucket_error(answer).into())
        }
    });
    let answer = match completed {
        Ok(answer) => answer,
        Err(refused) => {
            if leaves_no_file(answer) {
                upload.put_back_reservation(exchange.request.results).map_err(problem)?;
            }
            return Err(refused);
        }
    };
    upload.settle_reservation(exchange.request.results).map_err(problem)?;
    let object = upload.stored(answer, ambient.now);
    Confirmed::of(object, exchange).map_err(|blocked| blocked.map(Problem::from))
}

/// Returns whether an error of the bucket says that it has not joined the parts. After any other, the file may be there: `NoSuchUpload`
/// is also the answer after a completion whose own answer was lost.
fn leaves_no_file(answer: &Fetched) -> bool {
    answer.code().is_some_and(|code| {
        matches!(
            code.as_str(),
            "AccessDenied"
                | "EntityTooLarge"
                | "EntityTooSmall"
                | "InvalidArgument"
                | "InvalidPart"
                | "InvalidPartOrder"
                | "InvalidRequest"
                | "MalformedXML"
                | "PreconditionFailed"
        )
    })
}

/// Aborts an upload, which removes its parts.
pub(crate) fn abort(
    upload: &MultipartUpload,
    exchange: Exchange<'_>,
) -> Result<(), Blocked<Problem>> {
    send(upload.abort(), exchange)?;
    let released = upload.release_reservation(exchange.request.results);
    released.map_err(|blocked| blocked.map(Problem::from))
}

/// Sends a request to the bucket; returns an error unless the answer is a success.
pub(crate) fn send(effect: Effect, exchange: Exchange<'_>) -> Result<&Fetched, Blocked<Problem>> {
    accept(exchange.bucket_answer(effect)?)
}

/// Returns the answer if its status is a success.
pub(crate) fn accept(answer: &Fetched) -> Result<&Fetched, Blocked<Problem>> {
    if (200..300).contains(&answer.status) { Ok(answer) } else { Err(bucket_error(answer).into()) }
}

/// Passes on errors about the upload, but not errors about the Worker.
fn bucket_error(answer: &Fetched) -> Problem {
    match answer.code().as_deref() {
        Some("NoSuchUpload") => Denial::NoSuchUpload.into(),
        Some("InvalidPart" | "InvalidPartOrder") => Problem::new(
            ErrorCode::InvalidPart,
            "the bucket has no part, or a different one, for one of these numbers",
        ),
        Some("EntityTooSmall") => {
            Problem::new(ErrorCode::InvalidPart, "a part is too small for the bucket")
        }
        _ => unexpected_answer(),
    }
}

fn unexpected_answer() -> Problem {
    Problem::new(ErrorCode::ServiceUnavailable, "the bucket refused a request of this Worker")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_definite_error_says_that_the_file_is_not_there() {
        let answer = |status, code: &str| {
            let body = format!("<Error><Code>{code}</Code></Error>");
            leaves_no_file(&Fetched { status, body, ..Fetched::default() })
        };
        for (status, code) in [(400, "InvalidPart"), (200, "EntityTooSmall"), (403, "AccessDenied")]
        {
            assert!(answer(status, code), "{status} {code}");
        }
        for (status, code) in [
            (200, "InternalError"),
            (500, "InternalError"),
            (503, "SlowDown"),
            (404, "NoSuchUpload"),
            (409, "OperationAborted"),
            (400, "RequestTimeout"),
        ] {
            assert!(!answer(status, code), "{status} {code}");
        }
        assert!(!leaves_no_file(&Fetched { status: 400, ..Fetched::default() }));
    }
}
