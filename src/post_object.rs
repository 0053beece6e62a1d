//! `/forms/{bucket}/`: S3's `PostObject`, for a bucket that is bound to the Worker.
//!
//! A form's signature says what it may do, so no rule is named and no token asked for. Refusals are S3's XML, since
//! whoever sends a form expects S3 behind its URL.

use post_object::{Boundary, Fault, FormHead, MAX_HEAD, Response, Upload};
use rules::BoundBucket;
use signer::{Credentials, Refusal, Verifier};

use crate::respond::Exchange;
use crate::store::Store;
use crate::{Answer, Step};

#[inline(never)] // V8 compiles whole functions: what is rare is one of its own
pub(crate) fn respond(path: &str, exchange: Exchange<'_>) -> Step {
    let name = path.strip_suffix('/').unwrap_or(path);
    // Only a name that is configured is told to the owner: any other may be a key.
    let Some(bucket) = exchange.site.rules().and_then(|rules| rules.bound_bucket(name)) else {
        return Step::Answer(refuse(Fault::NoBucket));
    };
    exchange.record.borrow_mut().rule(&format!("forms/{name}"));
    let origin = bucket.origin(exchange.request.headers.origin).map(rules::Origin::as_str);
    let step = match exchange.request.method {
        "OPTIONS" if origin.is_some() => Ok(Step::Answer(preflight())),
        "OPTIONS" => Err(Fault::Origin),
        "POST" => take(bucket, origin, exchange),
        _ => return Step::Answer(refuse(Fault::Method).with("allow", "POST, OPTIONS")),
    };
    match step.unwrap_or_else(|fault| Step::Answer(refuse(fault))) {
        Step::Answer(answer) => Step::Answer(readable(answer, origin)),
        step => step,
    }
}

/// Asks for the head of the form, then decides by it.
fn take(
    bucket: BoundBucket<'_>,
    origin: Option<&str>,
    exchange: Exchange<'_>,
) -> Result<Step, Fault> {
    let Exchange { site, request, moment, .. } = exchange;
    let credentials = bucket.credentials(site.secrets(), moment.now);
    if credentials.is_empty() || site.lacks(bucket.binding()) {
        return Err(Fault::NotConfigured);
    }
    let boundary = Boundary::from_content_type(request.headers.content_type.unwrap_or_default())?;
    let length = request.headers.content_length.and_then(|length| length.parse().ok());
    let length = length.ok_or(Fault::LengthMissing)?;
    let Some(head) = request.body else { return Ok(Step::ReadHead { max_bytes: MAX_HEAD }) };
    let head = FormHead::read(head, &boundary)?;
    let check = |credentials: &Credentials| {
        let verifier = Verifier::new(credentials, bucket.bucket().region(), moment.now);
        Upload::check(&head, &boundary, length, bucket.bucket(), &verifier)
    };
    // While keys are rotated, there are forms about that the others signed.
    let unknown = Err(Fault::Refused(Refusal::AccessKeyId));
    let upload =
        credentials.iter().map(check).find(|upload| *upload != unknown).unwrap_or(unknown)?;
    let store = Store::new(&bucket, &head, &boundary, upload, origin);
    Ok(Step::Store(Box::new(store)))
}

pub(crate) fn refuse(fault: Fault) -> Answer {
    let code = fault.code();
    Answer { code: Some(code), ..answer(fault.into_response()) }
}

/// What S3 answers, as ours.
pub(crate) fn answer(Response { status, headers, body }: Response) -> Answer {
    let answer = if body.is_empty() { Answer::empty(status) } else { Answer::xml(status, body) };
    headers.into_iter().fold(answer, |answer, (name, value)| answer.with(name, value))
}

/// Lets a page of `origin` read the answer, and what S3's clients look for in it.
pub(crate) fn readable(answer: Answer, origin: Option<&str>) -> Answer {
    let answer = answer.with("vary", "Origin");
    match origin {
        None => answer,
        Some(origin) => answer
            .with("access-control-allow-origin", origin.to_owned())
            .with("access-control-expose-headers", "ETag, Location"),
    }
}

fn preflight() -> Answer {
    Answer::empty(204)
        .with("access-control-allow-methods", "POST")
        .with("access-control-allow-headers", "*")
        .with("access-control-max-age", "7200")
}
