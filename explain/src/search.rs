//! Searches with the secret for the request that was signed.

use crate::proof::Proof;
use crate::request::Request;
use crate::{Cause, Code, Context, repair, sending};

/// Maximum number of signatures that are computed for one request: a fraction of a second.
const MAX_TRIES: usize = 20_000;

/// The result of a search.
pub(crate) enum Found {
    /// The request as sent, with the unknown parts filled in.
    AsSent(Box<Request>),
    Repaired(Vec<Cause>, Box<Request>),
    Nothing,
}

/// Tries the request as it was sent, then one change away, then two changes away.
pub(crate) fn search(proof: &Proof, sent: &Request, context: &Context) -> Found {
    let complete = repair::completions(sent, &context.types);
    if let Some(request) = complete.iter().find(|request| proof.is_of(request)) {
        return Found::AsSent(Box::new(request.clone()));
    }
    let all = |request: &Request| repair::all(request, &context.buckets, &context.types);
    let mut left = MAX_TRIES;
    let mut first = Vec::new();
    for repaired in complete.iter().flat_map(all) {
        left = left.saturating_sub(1);
        if proof.is_of(&repaired.request) {
            return Found::Repaired(vec![repaired.cause], Box::new(repaired.request));
        }
        first.push(repaired);
    }
    for one in first {
        for two in all(&one.request) {
            if left == 0 {
                return Found::Nothing;
            }
            left -= 1;
            if one.cause.code != two.cause.code && proof.is_of(&two.request) {
                return Found::Repaired(vec![one.cause, two.cause], Box::new(two.request));
            }
        }
    }
    Found::Nothing
}

/// The signature matches this request, but the server rejected it, so the server received another request.
pub(crate) fn guessed(sent: &Request, complete: &Request) -> Cause {
    let unknown: Vec<_> = complete
        .headers
        .iter()
        .zip(&sent.headers)
        .filter(|(_, (_, sent))| sent.is_none())
        .collect();
    match (&sent.method, unknown.as_slice()) {
        (Some(_), []) => other_secret(),
        (None, []) => {
            sending::method_differs(complete.method.as_deref().unwrap_or("GET"), "another method")
        }
        (Some(_), [((name, value), _)]) => {
            sending::header_unknown(name, value.as_deref().unwrap_or_default())
        }
        _ => mismatch(),
    }
}

pub(crate) fn other_secret() -> Cause {
    let what = "the signature matches the given secret, so the server has another secret for this access key, or the request was changed in transit";
    Cause::new(
        Code::WrongSecret,
        what,
        "make a new access key for the signer; check proxies between the client and the server",
    )
}

pub(crate) fn signed_with_another() -> Cause {
    let what = "it was not signed with the given secret";
    Cause::new(
        Code::WrongSecret,
        what,
        "configure the signer with the secret of this access key, without spaces or a line break around it",
    )
}

pub(crate) fn mismatch() -> Cause {
    let what = "the signature does not match the request: the link was changed after it was signed, or it was signed with another secret";
    Cause::new(
        Code::SignatureMismatch,
        what,
        "use the link unchanged; or add the signed method and headers and the credentials, so that the cause can be computed",
    )
}
