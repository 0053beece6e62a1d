//! A search, with the secret, for the request that was signed.

use crate::cause::{Cause, Code};
use crate::context::Context;
use crate::proof::Proof;
use crate::repair::Slot;
use crate::request::Request;
use crate::{repair, sending};

/// Maximum number of signatures that are computed for changes of one request: a fraction of a second.
///
/// Before them, at most 120 are computed for the request as it was sent, with each common value of an unknown part.
const MAX_TRIES: usize = 20_000;

/// Maximum size of all requests together whose signatures are computed, in bytes; most have about 500 bytes.
const MAX_BYTES: usize = 16 << 20;

/// What is left of the limits of a search.
struct Budget {
    tries: usize,
    bytes: usize,
}

impl Budget {
    /// Takes one request from the budget; `false` if it is used up.
    fn spend(&mut self, request: &Request) -> bool {
        let rest = self.tries.checked_sub(1).zip(self.bytes.checked_sub(request.size()));
        let Some((tries, bytes)) = rest else { return false };
        *self = Self { tries, bytes };
        true
    }
}

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
    if let Some(request) = complete.iter().find(|request| proof.signs(request)) {
        return Found::AsSent(Box::new(request.clone()));
    }
    let all = |request: &Request, after: Option<&Slot>| {
        repair::all(request, &context.buckets, &context.types, after)
    };
    let mut budget = Budget { tries: MAX_TRIES, bytes: MAX_BYTES };
    let mut single = Vec::new();
    for repaired in complete.iter().flat_map(|request| all(request, None)) {
        if !budget.spend(&repaired.request) {
            return Found::Nothing;
        }
        if proof.signs(&repaired.request) {
            return Found::Repaired(repaired.causes, Box::new(repaired.request));
        }
        single.push(repaired);
    }
    for first in single {
        for second in all(&first.request, Some(&first.slot)) {
            if !budget.spend(&second.request) {
                return Found::Nothing;
            }
            if proof.signs(&second.request) {
                return Found::Repaired(
                    first.causes_with(&second, &sent.path),
                    Box::new(second.request),
                );
            }
        }
    }
    Found::Nothing
}

/// The cause if the signature matches this request but the server rejected it: the server received another request.
pub(crate) fn matches_but_rejected(sent: &Request, complete: &Request) -> Cause {
    let unknown: Vec<_> = complete
        .headers
        .iter()
        .zip(&sent.headers)
        .filter(|(_, (_, sent))| sent.is_none())
        .collect();
    match (&sent.method, unknown.as_slice()) {
        (Some(_), []) => server_has_another_secret(),
        (None, []) => {
            sending::method_differs(complete.method.as_deref().unwrap_or("GET"), "another method")
        }
        (Some(_), [((name, value), _)]) => {
            sending::header_unknown(name, value.as_deref().unwrap_or_default())
        }
        _ => mismatch(),
    }
}

pub(crate) fn server_has_another_secret() -> Cause {
    let message = "the signature matches the given secret, so the server has another secret for this access key, or the request was changed in transit";
    Cause::new(
        Code::WrongSecret,
        message,
        "create a new access key for the signer; check the proxies between the client and the server",
    )
}

pub(crate) fn signed_with_another_secret() -> Cause {
    let message = "the signature was not made with the given secret";
    Cause::new(
        Code::WrongSecret,
        message,
        "configure the signer with the secret of this access key, without spaces or a line break around it",
    )
}

pub(crate) fn mismatch() -> Cause {
    let message = "the signature does not match the request: the request was changed after it was signed, or was signed with another secret";
    Cause::new(
        Code::SignatureMismatch,
        message,
        "use the link unchanged; to find the cause, pass the signed method and headers and the credentials as well",
    )
}
