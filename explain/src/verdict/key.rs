//! Verdicts for access keys and session tokens that the server does not accept.

use super::{KEY, Verdict};
use crate::catalogue::Entry;
use crate::cause::{Cause, Code};
use crate::evidence::Evidence;
use crate::link::credential;
use crate::mask;

pub(super) fn key_id(evidence: &Evidence) -> Verdict {
    let link = evidence.link.as_ref();
    let form = evidence.form.as_ref();
    let of_form = form.and_then(|form| credential(form.field(&form.name_of("credential"))?));
    let id = link.and_then(crate::link::Link::credential).or(of_form).map(|[id, ..]| id);
    let token = link.and_then(crate::link::Link::session_token);
    let token = token.or_else(|| form?.field("x-amz-security-token").map(String::from));
    // Amazon's temporary keys begin with ASIA.
    let is_temporary = id.as_deref().is_some_and(|id| id.starts_with("ASIA"));
    let fallback = if is_temporary && token.is_none() {
        token_missing()
    } else if is_temporary {
        Cause::new(
            Code::TokenWrong,
            "the access key is temporary, and the session token belongs to another key",
            "use an access key, secret and complete token that were issued together",
        )
    } else {
        let id = id.map_or(String::new(), |id| format!(" {}", mask::short(&id)));
        Cause::new(
            Code::UnknownKey,
            format!("the server does not know the access key{id}"),
            Entry::of("InvalidAccessKeyId").map_or("", |entry| entry.cure),
        )
    };
    Verdict { allowed: KEY, fallback: Some(fallback) }
}

pub(crate) fn token_missing() -> Cause {
    Cause::new(
        Code::TokenMissing,
        "the access key is temporary, and its session token is missing",
        "configure the signer with the session token as well (AWS_SESSION_TOKEN), and do not remove any parameter from its output",
    )
}
