//! A bucket's answers, in S3's XML.

use super::s3_xml;
use crate::denial::Denial;
use crate::effect::Effect;
use crate::effect::blocked::Blocked;
use crate::effect::results::{EffectResult, Fetched, Results};

impl Fetched {
    /// Returns the code, if the body is one of S3's errors.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        s3_xml::text(&self.body, "Code")
    }

    /// Returns whether the root element of the body has this name.
    #[must_use]
    pub fn has_root(&self, name: &str) -> bool {
        s3_xml::has_root(&self.body, name)
    }

    /// Returns whether a list continues in another answer.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        s3_xml::text(&self.body, "IsTruncated").as_deref() == Some("true")
    }
}

impl Results {
    /// Returns the bucket's answer to a request.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if the request has not been sent yet, [`Denial::StoreUnavailable`] if no answer came.
    pub fn answer(&self, request: Effect) -> Result<&Fetched, Blocked<Denial>> {
        match self.require(request)? {
            EffectResult::Fetched(answer) => Ok(answer),
            _ => Err(Denial::StoreUnavailable.into()),
        }
    }
}
