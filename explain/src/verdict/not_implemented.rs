//! Verdicts for headers and actions that a server does not implement.

use super::{Allowed, NOTHING_ELSE, Verdict, by_code};
use crate::cause::Code;
use crate::evidence::Evidence;
use crate::mask;
use crate::server_error::ServerError;

/// The verdict for `NotImplemented` and `MethodNotAllowed`.
pub(super) fn not_implemented(server_error: &ServerError, evidence: &Evidence) -> Verdict {
    if let Some(header) = header(server_error) {
        return unsupported_header(header);
    }
    let is_chunked = |value: String| value.eq_ignore_ascii_case("chunked");
    let sent = evidence.sent.as_ref();
    if server_error.code() == "NotImplemented"
        && sent.and_then(|sent| sent.header("transfer-encoding")).is_some_and(is_chunked)
    {
        return chunked();
    }
    if server_error.says("streaming-") {
        return Verdict::only(
            Code::NotSupported,
            NOTHING_ELSE,
            "the server does not support bodies that the SDK signs or checks in chunks (aws-chunked)",
            "configure the SDK's client with requestChecksumCalculation: \"WHEN_REQUIRED\", or send a body of known length",
        );
    }
    if evidence.form.is_some() {
        return Verdict::only(
            Code::FormsNotTaken,
            Allowed::Only(&[Code::FormsNotTaken]),
            "this store does not accept upload forms",
            "upload by PUT; for R2, let the Worker accept the form, as docs/r2-forms.md describes",
        );
    }
    by_code(server_error)
}

/// The header that the error names: Amazon in an element, R2 in the sentence `Header 'x-amz-acl' with value ...`.
fn header(server_error: &ServerError) -> Option<&str> {
    let in_sentence = || {
        let (_, after) = server_error.message().split_once("eader '")?;
        after.split('\'').next()
    };
    server_error.field("Header").or_else(in_sentence)
}

fn chunked() -> Verdict {
    Verdict::only(
        Code::LengthMissing,
        Allowed::Only(&[Code::LengthMissing]),
        "the body was sent in chunks (Transfer-Encoding: chunked), without its length, which S3 does not support",
        "send a Blob, a File or bytes instead of a stream, or set Content-Length to the size of the file",
    )
}

/// The verdict for a header that the server does not support.
pub(super) fn unsupported_header(header: &str) -> Verdict {
    let name = header.to_ascii_lowercase();
    if name == "transfer-encoding" {
        return chunked();
    }
    let hint = if name.starts_with("x-amz-checksum-") || name.starts_with("x-amz-sdk-checksum-") {
        "configure the SDK's client with requestChecksumCalculation: \"WHEN_REQUIRED\" and responseChecksumValidation: \"WHEN_REQUIRED\" (Python: when_required), and sign again".to_owned()
    } else {
        format!("sign and send the request without {}", mask::short(&name))
    };
    Verdict::only(
        Code::NotSupported,
        NOTHING_ELSE,
        format!(
            "the server does not support the header {}, or this value of it",
            mask::short(&name)
        ),
        hint,
    )
}
