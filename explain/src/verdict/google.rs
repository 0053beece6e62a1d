//! Verdicts for what Google says of the headers of a signed link.

use super::{Allowed, SHAPE, Verdict, by_code};
use crate::cause::Code;
use crate::server_error::ServerError;
use crate::{mask, sending};

/// The verdict for `MalformedSecurityHeader`, whose details say which header, and whether it was signed or sent.
pub(super) fn security_header(server_error: &ServerError) -> Verdict {
    let name = server_error.field("ParameterName").unwrap_or("of the request");
    let name = mask::short(name).to_ascii_lowercase();
    let details = server_error.details();
    if details.contains("but not in the request") {
        return Verdict {
            allowed: Allowed::Only(&[Code::HeaderNotSent]),
            fallback: Some(sending::header_not_sent(&name, None)),
        };
    }
    if details.contains("not included in signedheaders") || details.contains("not signed") {
        return Verdict {
            allowed: Allowed::Only(&[Code::HeaderNotSigned]),
            fallback: Some(sending::header_not_signed(&name)),
        };
    }
    Verdict { allowed: SHAPE, ..by_code(server_error) }
}
