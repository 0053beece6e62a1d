//! What a bucket answers, in S3's XML.

use super::s3_xml;
use crate::{Blocked, Denial, Effect, EffectResult, Fetched, Results};

impl Fetched {
    /// The code of S3's error, if it is one.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        s3_xml::text(&self.body, "Code")
    }

    /// Whether it is S3's answer of that kind, by the name of its root.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        s3_xml::is(&self.body, name)
    }

    /// Whether a list goes on, by a further request.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        s3_xml::text(&self.body, "IsTruncated").as_deref() == Some("true")
    }
}

impl Results {
    /// What a bucket answered, or the request to it, to be sent first.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] with that request, or [`Denial::StoreUnavailable`] if there came no answer.
    pub fn answer(&self, need: Effect) -> Result<&Fetched, Blocked<Denial>> {
        match self.require(need)? {
            EffectResult::Fetched(answer) => Ok(answer),
            _ => Err(Denial::StoreUnavailable.into()),
        }
    }
}
