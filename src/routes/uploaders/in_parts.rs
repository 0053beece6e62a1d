//! What uploaders want of an upload in parts beyond what the browser's own way does.

use rules::{Blocked, Caller, MultipartGrant, MultipartUpload, Part, UploadRule};

use crate::exchange::Exchange;
use crate::http::problem::Problem;
use crate::routes::multipart::s3::{accept, begin};

/// Most lists of parts, a thousand in each: all that an upload can have.
const MAX_LISTS: u16 = 10;

/// Begins an upload, and finds it.
pub(crate) fn begin_and_find(
    rule: &UploadRule,
    caller: &Caller,
    grant: MultipartGrant,
    nth: u16,
    exchange: Exchange<'_>,
) -> Result<MultipartUpload, Blocked<Problem>> {
    let id = begin(grant, nth, exchange)?.upload_id;
    let upload = rule.resume(caller, &id, exchange.site.secrets(), exchange.ambient.now)?;
    exchange.record.borrow_mut().granted(upload.key(), None);
    Ok(upload)
}

/// All parts that the bucket has.
pub(crate) fn list(
    upload: &MultipartUpload,
    exchange: Exchange<'_>,
) -> Result<Vec<Part>, Blocked<Problem>> {
    let mut parts: Vec<Part> = Vec::new();
    for nth in 0..MAX_LISTS {
        let after = parts.last().map_or(0, |part| part.part_number);
        let effect = upload.list(after, exchange.ambient.now).as_nth(nth);
        let answer = exchange.bucket_answer(effect)?;
        // What a store cannot list, such as the R2 of `wrangler dev`, is sent once more.
        if answer.code().as_deref() == Some("NotImplemented") {
            break;
        }
        let answer = accept(answer)?;
        parts
            .extend(Part::all_in(&answer.body).into_iter().filter(|part| part.part_number > after));
        if !answer.is_truncated() {
            break;
        }
    }
    Ok(parts)
}
