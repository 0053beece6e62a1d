//! With the secret: which request it was that was signed.

use crate::proof::Proof;
use crate::request::Request;
use crate::{Cause, Code, Context, repair, sending};

/// Most signatures that are computed for one request: a fraction of a second's work.
const MAX_TRIES: usize = 20_000;

/// What came out of it.
pub(crate) enum Found {
    /// With what nobody told filled in.
    AsSent(Box<Request>),
    Repaired(Vec<Cause>, Box<Request>),
    Nothing,
}

/// Looks for the request that was signed: as it was sent, one change away, two changes away.
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

/// The signature is right for this request, and the server says that it is not: so it got another.
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
    let what = "the signature is right by the secret at hand, so the server has another secret for this access key, or something between changed the request";
    Cause::new(
        Code::WrongSecret,
        what,
        "make a new pair of access key and secret, and give it to the signer; look at proxies on the way",
    )
}

pub(crate) fn signed_with_another() -> Cause {
    let what = "it was signed with another secret than the one at hand";
    Cause::new(
        Code::WrongSecret,
        what,
        "give the signer the secret that belongs to the access key, without spaces or a line end around it",
    )
}

pub(crate) fn mismatch() -> Cause {
    let what = "the signature is not that of this request: the link was changed after it was signed, or it was signed with another secret";
    Cause::new(
        Code::SignatureMismatch,
        what,
        "use the link as it is; or say what it was signed for and with which credentials, so that the cause can be computed",
    )
}
