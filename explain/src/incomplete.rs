//! Remarks about evidence that lacks the part which often names the cause.

use crate::evidence::Evidence;
use crate::link::Link;
use crate::server_error::ServerError;

/// The remark that a form was not sent, or that only the code of an error is known.
pub(crate) fn remark(evidence: &Evidence) -> Option<String> {
    let method = evidence.sent.as_ref().and_then(|sent| sent.method.as_deref());
    if evidence.status == Some(0) && method == Some("POST") && !is_body_recorded(evidence) {
        return Some(
            "the form was not sent: its preflight failed, or there was no connection".into(),
        );
    }
    let is_code = evidence.link.is_none()
        && evidence.form.is_none()
        && evidence.server_error.as_ref().is_some_and(ServerError::is_only_code);
    is_code.then(|| "only the error's code is known: its message often names the exact cause, so pass the whole answer of the bucket".into())
}

fn is_body_recorded(evidence: &Evidence) -> bool {
    let sent_type = evidence.sent.as_ref().and_then(|sent| sent.header("content-type"));
    evidence.link.as_ref().is_some_and(Link::is_signed) || sent_type.is_some()
}
