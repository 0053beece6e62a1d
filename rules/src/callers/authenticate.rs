//! Authentication of a request by the kinds of callers that a rule accepts.

use crate::callers::caller::Caller;
use crate::callers::context::{Attempt, AuthContext};
use crate::callers::kind::CallerKind;
use crate::callers::kind_info::Precedence;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::secret::Secrets;

/// Authenticates a request to `rule` as a caller of one of the `kinds`.
///
/// A wrong token is refused even if the rule accepts anyone: otherwise a caller could lose permissions without noticing.
pub(crate) fn authenticate(
    kinds: &[CallerKind],
    rule: &str,
    context: &AuthContext<'_>,
    secrets: &Secrets,
) -> Result<Caller, Blocked<Denial>> {
    let kinds_of = |precedence: Precedence| {
        kinds.iter().filter(move |kind| kind.info().precedence == precedence)
    };
    let attempt = |kind: &CallerKind| {
        let proof = context.presented.proof_at(kind.info().source);
        kind.authenticate(&Attempt { rule, entry: kind.name(), proof, context, secrets })
    };
    let mut refused = None;
    for kind in kinds_of(Precedence::Token) {
        match attempt(kind) {
            Ok(Some(caller)) => return Ok(caller),
            Ok(None) => {}
            Err(Blocked::Refused(denial)) => refused = Some(more_specific(refused, denial)),
            Err(pending) => return Err(pending),
        }
    }
    if context.presented.ticket.is_some() {
        return Err(refused.unwrap_or(Denial::TokenInvalid).into());
    }
    let mut found = None;
    // Compares with every secret, even after a match.
    for kind in kinds_of(Precedence::Secret) {
        match attempt(kind) {
            Ok(caller) => found = caller.or(found),
            Err(Blocked::Refused(Denial::TokenInvalid)) => {
                refused = refused.or(Some(Denial::TokenInvalid));
            }
            Err(error) => return Err(error),
        }
    }
    if let Some(caller) = found {
        return Ok(caller);
    }
    if let Some(denial) = refused {
        return Err(denial.into());
    }
    for kind in kinds_of(Precedence::Anyone).chain(kinds_of(Precedence::Challenge)) {
        if let Some(caller) = attempt(kind)? {
            return Ok(caller);
        }
    }
    Err(Denial::TokenMissing.into())
}

/// Returns the more specific of two denials. `TokenRefused` may only mean that the token is for another kind of caller.
fn more_specific(first: Option<Denial>, second: Denial) -> Denial {
    match first {
        None | Some(Denial::TokenRefused { .. }) => second,
        Some(first) => first,
    }
}
