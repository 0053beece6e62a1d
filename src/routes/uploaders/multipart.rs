//! Uploads in parts, for all uploaders' protocols: begins an upload, and lists all stored parts.

use rules::{Begun, Blocked, Caller, EndsWith, MultipartGrant, MultipartUpload, Part, UploadRule};

use crate::exchange::Exchange;
use crate::http::problem::Problem;
use crate::routes::multipart::s3::{accept, begin};

/// Most lists to read, with a thousand parts in each: an upload has at most ten thousand.
const MAX_LISTS: u16 = 10;

/// Begins an upload, and returns it with what makes it end early.
pub(crate) fn begin_and_find(
    rule: &UploadRule,
    caller: &Caller,
    grant: MultipartGrant,
    exchange: Exchange<'_>,
) -> Result<(MultipartUpload, Option<EndsWith>), Blocked<Problem>> {
    find(rule, caller, &begin(grant, exchange)?, exchange)
}

/// Returns the upload that has begun, with what makes it end early.
pub(crate) fn find(
    rule: &UploadRule,
    caller: &Caller,
    begun: &Begun,
    exchange: Exchange<'_>,
) -> Result<(MultipartUpload, Option<EndsWith>), Blocked<Problem>> {
    let (secrets, now) = (exchange.secrets_for(rule.bucket())?, exchange.ambient.now);
    let upload = rule.resume(caller, &begun.upload_id, secrets, now)?;
    exchange.record.borrow_mut().granted(upload.key(), begun.ends_with);
    Ok((upload, begun.ends_with))
}

/// Lists all parts that the bucket has.
pub(crate) fn list(
    upload: &MultipartUpload,
    exchange: Exchange<'_>,
) -> Result<Vec<Part>, Blocked<Problem>> {
    let mut parts: Vec<Part> = Vec::new();
    for nth in 0..MAX_LISTS {
        let after = parts.last().map_or(0, |part| part.part_number);
        let effect = upload.list(after).as_nth(nth);
        let answer = exchange.bucket_answer(effect)?;
        // Some stores cannot list parts, such as the R2 of `wrangler dev`. The client then sends all parts again.
        if answer.code().as_deref() == Some("NotImplemented") {
            break;
        }
        let answer = accept(answer)?;
        let listed = Part::all_in(&answer.body).unwrap_or_default();
        parts.extend(listed.into_iter().filter(|part| part.part_number > after));
        if !answer.is_truncated() {
            break;
        }
    }
    Ok(parts)
}
