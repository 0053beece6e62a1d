//! The answer to a form or a PUT, once the write of its file has ended.

use post_object::{Algorithm, Fault, PutObject, PutReceipt, Receipt, Response, Upload};
use rules::{Ambient, Arrival, Blocked, BoundBucket, Denial, ReceivedForm, Results};
use signer::{ObjectKey, Refusal, UnixTime};

use super::reply::{RECEIPT, answer, record_and_answer, refuse};
use super::write_object::Written;
use crate::exchange::Action;
use crate::http::answer::Answer;
use crate::record::Record;
use crate::site::Site;
use crate::uploaded::{Uploaded, event, uploaded};

/// The data for the answer, kept until the write has ended.
#[derive(Debug)]
pub(crate) struct Continuation {
    reply: Reply,
    /// For the record.
    rule: String,
    key: String,
    min: u64,
    max: u64,
    origin: Option<String>,
    /// For whom the upload was signed, if the rule follows its uploads.
    form: Option<ReceivedForm>,
    /// What the file counts, if the rule has a quota or its forms are valid once.
    arrival: Option<Arrival>,
}

/// What was sent, and how to answer that.
#[derive(Debug)]
enum Reply {
    Form(Receipt),
    Put(PutReceipt),
}

impl Reply {
    fn stored(&self, etag: &str) -> Response {
        match self {
            Self::Form(receipt) => receipt.clone().into_response(etag),
            Self::Put(receipt) => receipt.clone().into_response(etag),
        }
    }

    fn bad_digest(&self, algorithm: Algorithm) -> Fault {
        match self {
            Self::Form(_) => Fault::BadDigest { field: algorithm.field() },
            Self::Put(receipt) => receipt.bad_digest(algorithm),
        }
    }
}

impl Continuation {
    pub(crate) fn new(
        bucket: &BoundBucket<'_>,
        upload: &Upload,
        origin: Option<&str>,
        form: Option<ReceivedForm>,
        arrival: Option<Arrival>,
    ) -> Self {
        let (min, max) = upload.content_length.clone().into_inner();
        Self {
            reply: Reply::Form(upload.receipt.clone()),
            rule: format!("forms/{}", bucket.name()),
            key: upload.key.as_str().into(),
            min,
            max,
            origin: origin.map(str::to_owned),
            form,
            arrival,
        }
    }

    pub(crate) fn of_put(
        bucket: &BoundBucket<'_>,
        put: &PutObject,
        key: &ObjectKey,
        origin: Option<&str>,
        form: Option<ReceivedForm>,
        arrival: Option<Arrival>,
    ) -> Self {
        Self {
            reply: Reply::Put(put.receipt.clone()),
            rule: format!("files/{}", bucket.name()),
            key: key.as_str().into(),
            min: put.length,
            max: put.length,
            origin: origin.map(str::to_owned),
            form,
            arrival,
        }
    }

    /// Answers once the write of its file has succeeded or failed, or returns the effect to perform first.
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
        if let Err(Blocked::Pending(effect)) = self.count(written, results) {
            return Action::Perform(effect);
        }
        let answer = match written.outcome {
            "stored" => {
                let ended = match self.ended(written, site, results, ambient) {
                    Err(Blocked::Pending(effect)) => return Action::Perform(effect),
                    // The file is stored, so the upload has succeeded.
                    ended => ended.unwrap_or_default(),
                };
                let answer = answer(self.reply.stored(written.etag));
                let answer = match ended.receipt {
                    Some(receipt) => answer.with(RECEIPT, receipt),
                    None => answer,
                };
                Answer { event: ended.event, ..answer }
            }
            outcome => refuse(self.fault(outcome)),
        };
        Action::Answer(record_and_answer(record, answer, self.origin.as_deref()))
    }

    /// Returns whether the file counts, so that the write should end even if the client disconnects.
    pub(crate) const fn counts(&self) -> bool {
        self.arrival.is_some()
    }

    /// Counts the file, or gives back what was reserved if it has not been stored.
    fn count(&self, written: &Written<'_>, results: &Results) -> Result<(), Blocked<Denial>> {
        match (&self.arrival, written.outcome) {
            (Some(arrival), "stored") => arrival.stored(written.size, results),
            // If the file may be stored, it counts, and the form stays used.
            (None, _) | (Some(_), "unknown") => Ok(()),
            (Some(arrival), _) => arrival.failed(results),
        }
    }

    /// Returns the receipt and the event, if the rule follows its uploads.
    fn ended(
        &self,
        written: &Written<'_>,
        site: &Site,
        results: &Results,
        ambient: Ambient,
    ) -> Result<Uploaded, Blocked<Denial>> {
        let Some(form) = &self.form else { return Ok(Uploaded::default()) };
        let Written { etag, size, modified_at, .. } = *written;
        let modified_at = (modified_at > 0).then(|| UnixTime::from_secs(modified_at));
        let object = form.stored(size, etag, modified_at, ambient.now);
        match uploaded(&object, site, results, ambient) {
            // The page can ask for the receipt by confirming the upload.
            Err(Blocked::Refused(_)) => event(&object, None, site, results, ambient),
            ended => ended,
        }
    }

    /// Returns the fault for the name of a failure.
    fn fault(&self, outcome: &str) -> Fault {
        let (min, max) = (self.min, self.max);
        match outcome {
            "busy" => Fault::Busy,
            "exists" => Fault::Exists,
            "incomplete" => Fault::Incomplete,
            "malformed" => Fault::Malformed("the form has no closing boundary"),
            "not last" => Fault::Malformed("the file must be the last field of this form"),
            "too large" => Refusal::TooLarge { max }.into(),
            "too small" => Refusal::TooSmall { min }.into(),
            _ => match Algorithm::named(outcome) {
                Some(algorithm) => self.reply.bad_digest(algorithm),
                None => Fault::Store,
            },
        }
    }
}
