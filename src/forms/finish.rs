//! The answer to a form, once the write of its file has ended.

use post_object::{Algorithm, Fault, Receipt, Upload};
use rules::{Ambient, Blocked, BoundBucket, ReceivedForm, Results};
use signer::Refusal;

use super::reply::{RECEIPT, answer, record_and_answer, refuse};
use super::write_object::Written;
use crate::exchange::Action;
use crate::record::Record;
use crate::site::Site;
use crate::uploaded::uploaded;

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
    /// For whom the form was signed, if the rule follows its uploads.
    form: Option<ReceivedForm>,
}

impl Continuation {
    pub(crate) fn new(
        bucket: &BoundBucket<'_>,
        upload: &Upload,
        origin: Option<&str>,
        form: Option<ReceivedForm>,
    ) -> Self {
        let (min, max) = upload.content_length.clone().into_inner();
        Self {
            receipt: upload.receipt.clone(),
            rule: format!("forms/{}", bucket.name()),
            key: upload.key.as_str().into(),
            min,
            max,
            origin: origin.map(str::to_owned),
            form,
        }
    }

    /// Answers the form once the write of its file has succeeded or failed, or returns the effect to perform first.
    pub(crate) fn finish(
        &self,
        written: &Written<'_>,
        site: &Site,
        results: &Results,
        ambient: Ambient,
    ) -> Action {
        let mut record = Record::default();
        record.rule(&self.rule);
        record.granted(&self.key, None);
        let Written { outcome, etag, size } = *written;
        let answer = match outcome {
            "stored" => {
                let object = self.form.as_ref().map(|form| form.stored(size, etag, ambient.now));
                let answer = answer(self.receipt.clone().into_response(etag));
                match object.map_or(Ok(None), |object| uploaded(&object, site, results, ambient)) {
                    Ok(Some(receipt)) => answer.with(RECEIPT, receipt),
                    Err(Blocked::Pending(effect)) => return Action::Perform(effect),
                    // The file is stored, so the form has succeeded. The page can ask for the receipt by confirming it.
                    Ok(None) | Err(Blocked::Refused(_)) => answer,
                }
            }
            outcome => refuse(fault(outcome, self.min, self.max)),
        };
        Action::Answer(record_and_answer(record, answer, self.origin.as_deref()))
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
