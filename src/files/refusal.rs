//! Why no object is sent: as S3's XML for a link, as a problem in JSON otherwise.

use error_code::ErrorCode;
use post_object::error_document;

use crate::http::answer::Answer;
use crate::http::problem::Problem;

/// In which form the sender expects errors.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ErrorFormat {
    /// S3's XML.
    S3,
    /// A problem in JSON, as all routes that are not S3's.
    Problem,
}

/// When to try again if the bucket did not answer, in seconds.
const RETRY_SECS: &str = "1";

impl ErrorFormat {
    /// Writes an error.
    pub(crate) fn write(self, code: ErrorCode, detail: &'static str) -> Answer {
        let answer = match self {
            Self::S3 => {
                let answer = Answer::xml(code.s3_status(), error_document(code, detail));
                Answer { code: Some(code), ..answer }
            }
            Self::Problem => Problem::new(code, detail).into_answer(),
        };
        match code {
            ErrorCode::ServiceUnavailable => answer.with("retry-after", RETRY_SECS),
            _ => answer,
        }
    }
}
