//! The read of a form's head.

use post_object::{Fault, MAX_HEAD};
use rules::BoundBucket;

use super::reply::{record_and_answer, refuse};
use crate::http::answer::Answer;
use crate::record::Record;

/// A head for the shell to read, and the answer if there is no memory for it.
#[derive(Debug)]
pub struct ReadHead {
    /// For the record.
    rule: String,
    origin: Option<String>,
}

impl ReadHead {
    /// Longest head accepted, in bytes. The shell reads up to one byte more.
    pub const MAX_BYTES: usize = MAX_HEAD;

    pub(crate) fn new(bucket: &BoundBucket<'_>, origin: Option<&str>) -> Self {
        let rule = format!("forms/{}", bucket.name());
        Self { rule, origin: origin.map(str::to_owned) }
    }

    /// Answers a form for whose head there is no memory.
    #[must_use]
    pub fn refuse(self) -> Answer {
        let mut record = Record::default();
        record.rule(&self.rule);
        record_and_answer(record, refuse(Fault::Busy), self.origin.as_deref())
    }
}
