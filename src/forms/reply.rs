//! Answers to forms, in S3's format.

use post_object::{Fault, Response};

use crate::http::answer::Answer;
use crate::record::Record;

/// The header with the receipt of a form's file.
pub(super) const RECEIPT: &str = "signpost-receipt";

/// Converts a fault into S3's error.
pub(crate) fn refuse(fault: Fault) -> Answer {
    let code = fault.code();
    Answer { code: Some(code), ..answer(fault.into_response()) }
}

/// Converts a response of [`post_object`].
pub(crate) fn answer(Response { status, headers, body }: Response) -> Answer {
    let answer = if body.is_empty() { Answer::empty(status) } else { Answer::xml(status, body) };
    headers.into_iter().fold(answer, |answer, (name, value)| answer.with(name, value))
}

/// Ends the record of an answer that is made after [`crate::respond`] has returned.
pub(super) fn record_and_answer(
    mut record: Record,
    answer: Answer,
    origin: Option<&str>,
) -> Answer {
    record.end(answer.status, answer.code);
    with_cors(Answer { record, ..answer }, origin)
}

/// Lets a page of `origin` read the answer and the headers that S3's clients use.
pub(crate) fn with_cors(answer: Answer, origin: Option<&str>) -> Answer {
    let answer = answer.with("vary", "Origin");
    match origin {
        None => answer,
        Some(origin) => answer
            .with("access-control-allow-origin", origin.to_owned())
            .with("access-control-expose-headers", "ETag, Location, Retry-After, Signpost-Receipt"),
    }
}
