//! The answer to a form, once the write of its file has ended.

use post_object::{Algorithm, Fault, Receipt, Upload};
use rules::BoundBucket;
use serde::{Deserialize, Serialize};
use signer::Refusal;

use super::reply::{answer, readable, refuse};
use crate::http::answer::Answer;
use crate::record::Record;

/// The state from which the answer is made once the write has ended.
#[derive(Deserialize, Serialize)]
pub(super) struct Continuation {
    receipt: Receipt,
    /// For the record.
    rule: String,
    key: String,
    min: u64,
    max: u64,
    origin: Option<String>,
}

impl Continuation {
    pub(super) fn new(bucket: &BoundBucket<'_>, upload: &Upload, origin: Option<&str>) -> Self {
        let (min, max) = upload.content_length.clone().into_inner();
        Self {
            receipt: upload.receipt.clone(),
            rule: format!("forms/{}", bucket.name()),
            key: upload.key.as_str().into(),
            min,
            max,
            origin: origin.map(str::to_owned),
        }
    }

    pub(super) fn into_text(self) -> String {
        serde_json::to_string(&self).expect("texts and numbers are JSON")
    }
}

/// Answers a form once the write of its file has ended.
///
/// `outcome` is `stored`, then with the `ETag`, or the name of the error.
#[must_use]
pub fn finish(continuation: &str, outcome: &str, etag: &str) -> Answer {
    let Ok(state) = serde_json::from_str::<Continuation>(continuation) else {
        return refuse(Fault::Store);
    };
    let mut record = Record::default();
    record.rule(&state.rule);
    record.granted(&state.key, None);
    let answer = match outcome {
        "stored" => answer(state.receipt.into_response(etag)),
        outcome => refuse(fault(outcome, state.min, state.max)),
    };
    record.end(answer.status, answer.code);
    readable(Answer { record, ..answer }, state.origin.as_deref())
}

fn fault(outcome: &str, min: u64, max: u64) -> Fault {
    match outcome {
        "exists" => Fault::Exists,
        "incomplete" => Fault::Incomplete,
        "malformed" => Fault::Malformed("the form has no closing boundary"),
        "not last" => Fault::Malformed("the file must be the last field of this form"),
        "too large" => Refusal::TooLarge { max }.into(),
        "too small" => Refusal::TooSmall { min }.into(),
        _ => match Algorithm::named(outcome) {
            Some(algorithm) => Fault::BadDigest { field: algorithm.field() },
            None => Fault::Store,
        },
    }
}
