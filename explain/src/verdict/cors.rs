//! The verdict for a browser that does not let the page read a response.

use super::{Allowed, Verdict};
use crate::cause::Code;
use crate::evidence::Evidence;

/// The verdict if the browser received no response, or one that the page may not read.
pub(crate) fn cors(evidence: &Evidence) -> Verdict {
    let origin = evidence.sent.as_ref().and_then(|sent| sent.header("origin"));
    let (message, hint) = if origin.as_deref() == Some("null") {
        (
            "the browser did not let the page read a response: the page has no origin (Origin: null), so the bucket's CORS rules cannot name it",
            "open the page by http:// or https:// instead of as a file, without a sandbox that lacks allow-same-origin; a redirect to another host has the same effect, so send the request to the final URL",
        )
    } else {
        (
            "the browser did not let the page read a response: the bucket's CORS rules lack this origin, method or header, or there was no response",
            "apply the output of `signpost cors` to the bucket; the browser's console names the missing header",
        )
    };
    Verdict::only(Code::Cors, Allowed::Only(&[Code::Cors]), message, hint)
}
