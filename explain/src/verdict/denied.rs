//! Verdicts for `AccessDenied`, which has many causes.

use super::{Allowed, POLICY, Verdict};
use crate::catalogue::Entry;
use crate::cause::{Cause, Code};
use crate::server_error::ServerError;
use crate::{expiry, mask, sending};

pub(super) fn expired() -> Verdict {
    let hint = "sign again; if users need more time, sign for longer";
    let fallback =
        Cause::new(Code::Expired, "the server says that the link or form has expired", hint);
    Verdict { allowed: Allowed::Only(&[Code::Expired]), fallback: Some(fallback) }
}

pub(super) fn denied(server_error: &ServerError) -> Verdict {
    if server_error.says("expired") {
        return expired();
    }
    if server_error.says("not yet valid") || server_error.says("not valid yet") {
        return Verdict {
            allowed: Allowed::Only(&[Code::ClockSkew]),
            fallback: Some(expiry::by_server(server_error)),
        };
    }
    if server_error.says("not signed") {
        let name = server_error.field("HeadersNotSigned").unwrap_or("x-amz-*");
        let fallback = Some(sending::header_not_signed(name));
        return Verdict {
            allowed: Allowed::Only(&[
                Code::HeaderNotSigned,
                Code::HeaderNotSent,
                Code::MethodDiffers,
            ]),
            fallback,
        };
    }
    let words = ["according to policy", "policy check", "policy condition", "policy missing"];
    if words.iter().any(|words| server_error.says(words)) {
        return policy(server_error);
    }
    let hint = Entry::of("AccessDenied").map_or("", |entry| entry.cure);
    let (message, allowed) = if server_error.message().is_empty() {
        let message = "the server denied the request without a reason: the signing key is unknown, or lacks the permission";
        (message, Allowed::All)
    } else {
        let message = "the server knows the signing key, but does not permit this action";
        (message, Allowed::AllButTime)
    };
    Verdict::only(Code::NotAllowed, allowed, message, hint)
}

fn policy(server_error: &ServerError) -> Verdict {
    let message = mask::sentence(server_error.message());
    let code = if server_error.says("extra input") || server_error.says("missing condition") {
        Code::ExtraField
    } else {
        Code::PolicyCondition
    };
    Verdict::only(
        code,
        POLICY,
        format!("the form does not match its policy: {message}"),
        "send every field as it was signed, and no others",
    )
}
