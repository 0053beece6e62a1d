//! The answer to a form, once the write of its file has ended.

use post_object::{Algorithm, Fault, Receipt, Upload};
use rules::BoundBucket;
use signer::Refusal;

use super::reply::{answer, record_and_answer, refuse};
use crate::http::answer::Answer;
use crate::record::Record;

/// The data for the answer, kept until the write has ended.
#[derive(Debug)]
pub(crate) struct Continuation {
    receipt: Receipt,
    /// For the record.
    rule: String,
    key: String,
    min: u64,
    max: u64,
    origin: Option<String>,
}

impl Continuation {
    pub(crate) fn new(bucket: &BoundBucket<'_>, upload: &Upload, origin: Option<&str>) -> Self {
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

    /// Answers the form once the write of its file has succeeded or failed.
    ///
    /// `outcome` is `stored`, with an `ETag`, or the name of the failure.
    pub(crate) fn finish(self, outcome: &str, etag: &str) -> Answer {
        let mut record = Record::default();
        record.rule(&self.rule);
        record.granted(&self.key, None);
        let answer = match outcome {
            "stored" => answer(self.receipt.into_response(etag)),
            outcome => refuse(fault(outcome, self.min, self.max)),
        };
        record_and_answer(record, answer, self.origin.as_deref())
    }
}

/// Returns the fault for the name of a failure.
fn fault(outcome: &str, min: u64, max: u64) -> Fault {
    match outcome {
        "busy" => Fault::Busy,
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
