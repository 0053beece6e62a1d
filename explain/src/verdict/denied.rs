//! `AccessDenied`, which has many causes.

use super::Verdict;
use super::groups::{Allowed, POLICY};
use crate::{Cause, Code, ServerError, mask, moment, sending};

pub(super) fn said_to_be_expired() -> Verdict {
    let hint = "sign it again; if users need more time, sign it for longer";
    let own = Cause::new(Code::Expired, "the server says that it has expired", hint);
    Verdict { allowed: Allowed::Only(&[Code::Expired]), own: Some(own) }
}

pub(super) fn denied(server_error: &ServerError) -> Verdict {
    let only = |code, allowed, what: String, hint: &str| Verdict {
        allowed,
        own: Some(Cause::new(code, what, hint)),
    };
    if server_error.says("expired") {
        return said_to_be_expired();
    }
    if server_error.says("not yet valid") || server_error.says("not valid yet") {
        return Verdict {
            allowed: Allowed::Only(&[Code::ClockSkew]),
            own: Some(moment::by_server(server_error)),
        };
    }
    if server_error.says("not signed") {
        let name = server_error.field("HeadersNotSigned").unwrap_or("one of x-amz-...");
        let own = Some(sending::header_not_signed(name));
        return Verdict {
            allowed: Allowed::Only(&[
                Code::HeaderNotSigned,
                Code::HeaderNotSent,
                Code::MethodDiffers,
            ]),
            own,
        };
    }
    let words = ["according to policy", "policy check", "policy condition", "policy missing"];
    if words.iter().any(|words| server_error.says(words)) {
        let message = mask::sentence(server_error.message());
        let code = if server_error.says("extra input") || server_error.says("missing condition") {
            Code::ExtraField
        } else {
            Code::PolicyCondition
        };
        return only(
            code,
            POLICY,
            format!("the form does not match its policy: {message}"),
            "send every field as it was signed, and no others",
        );
    }
    let (what, allowed) = if server_error.message().is_empty() {
        let what = "the server denies it without a reason: the signing key is unknown, or lacks the permission";
        (what, Allowed::All)
    } else {
        let what = "the server knows the signing key, but does not permit it to do this";
        (what, Allowed::AllButTime)
    };
    only(
        Code::NotAllowed,
        allowed,
        what.into(),
        "permit the signing key this action on this object: `signpost iam` writes the policy; a bucket policy may deny it as well",
    )
}
