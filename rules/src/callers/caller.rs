//! Who asks.

use core::fmt;

use signer::{Expires, UnixTime};

use crate::callers::context::AuthContext;
use crate::callers::kind::{AuthMethod, CallerKind};
use crate::callers::tokens::{Claims, Ticket, Turnstile};
use crate::effect::blocked::Blocked;
use crate::keys::segment::Segment;
use crate::lifetime::{EndsWith, Lifetime};
use crate::{Denial, Secret, Secrets};

/// Shortest bearer secret taken, in bytes: 128 bits, if it is random.
const MIN_BEARER_LEN: usize = 16;

/// Someone whose token has been checked; a value of this type is the proof.
#[derive(Clone, Eq, PartialEq)]
pub struct Caller {
    name: String,
    subject: Option<Segment>,
    claims: Claims,
    pub(crate) ticket: Option<Ticket>,
}

impl Caller {
    fn anyone() -> Self {
        Self { name: String::new(), subject: None, claims: Claims::default(), ticket: None }
    }

    /// Who a sealed pass was given to.
    pub(crate) fn of_capability(name: &str, subject: Option<&str>) -> Self {
        Self { name: name.into(), subject: subject.and_then(Segment::new), ..Self::anyone() }
    }

    /// Takes an operator's word for who asks: for a program run by whoever holds the bucket's credentials anyway.
    ///
    /// `None` if `subject` is not one segment of a key.
    #[cfg(feature = "operator")]
    #[must_use]
    pub fn assumed(
        subject: Option<&str>,
        claims: serde_json::Map<String, serde_json::Value>,
    ) -> Option<Self> {
        let claims = claims.into();
        let Some(subject) = subject else { return Some(Self { claims, ..Self::anyone() }) };
        Some(Self { subject: Some(Segment::new(subject)?), claims, ..Self::anyone() })
    }

    /// Which entry of `CALLERS` knows it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who it is: one segment of a key, or `None` for anyone.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_ref().map(Segment::as_str)
    }

    /// How long a grant to it lasts: as long as the rule says, or as its ticket.
    pub(crate) fn lifetime(&self, expires: Expires, now: UnixTime) -> Result<Lifetime, Denial> {
        let lifetime = Lifetime::new(expires);
        let Some(ticket) = &self.ticket else { return Ok(lifetime) };
        lifetime.until(ticket.ends(), EndsWith::Ticket, now).ok_or(Denial::TokenExpired)
    }

    /// A claim that can be one segment of a key.
    pub(crate) fn claim(&self, name: &str) -> Option<Segment> {
        self.claims.segment(name)
    }
}

impl Caller {
    pub(crate) fn with_claims(subject: Segment, claims: impl Into<Claims>) -> Self {
        Self { subject: Some(subject), claims: claims.into(), ..Self::anyone() }
    }

    pub(crate) fn with_ticket(subject: Option<Segment>, ticket: Ticket) -> Self {
        Self { subject, ticket: Some(ticket), ..Self::anyone() }
    }
}

/// Claims can be anybody's data: only who it is is shown.
impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("name", &self.name)
            .field("subject", &self.subject())
            .finish_non_exhaustive()
    }
}

/// Finds out who asks for `rule`, among the `kinds` that it takes.
///
/// A wrong token is refused even where anyone may ask, so that nobody loses a right without noticing.
pub(crate) fn authenticate(
    kinds: &[CallerKind],
    rule: &str,
    context: &AuthContext<'_>,
    secrets: &Secrets,
) -> Result<Caller, Blocked<Denial>> {
    let mut refused = None;
    for kind in kinds {
        let (jwt, token) = match (&kind.proof, context.presented.ticket) {
            (AuthMethod::Ticket(jwt), Some(ticket)) => (jwt, Some(ticket)),
            // A ticket in the path stands alone.
            (AuthMethod::Access(jwt), None) => (jwt, context.presented.assertion),
            (AuthMethod::Jwt(jwt) | AuthMethod::Ticket(jwt), None) => {
                (jwt, context.presented.bearer)
            }
            _ => continue,
        };
        let Some(token) = token else { continue };
        match jwt.check(rule, token, context, secrets) {
            Ok(caller) => return Ok(Caller { name: kind.name.clone(), ..caller }),
            Err(Blocked::Refused(denial)) => refused = worse(refused, denial),
            Err(need @ Blocked::Pending(_)) => return Err(need),
        }
    }
    if context.presented.ticket.is_some() {
        return Err(refused.unwrap_or(Denial::TokenInvalid).into());
    }
    match bearer(kinds, context.presented.bearer, secrets)? {
        Some(name) => {
            let subject = Segment::new(name)
                .map_or(Err(Denial::TokenInvalid), |subject| Ok(Some(subject)))?;
            return Ok(Caller { name: name.into(), subject, ..Caller::anyone() });
        }
        None if context.presented.bearer.is_some()
            && has(kinds, |proof| matches!(proof, AuthMethod::Bearer(_))) =>
        {
            refused = refused.or(Some(Denial::TokenInvalid));
        }
        None => {}
    }
    let open = kinds
        .iter()
        .find(|kind| matches!(kind.proof, AuthMethod::Anyone))
        .or_else(|| kinds.iter().find(|kind| matches!(kind.proof, AuthMethod::Turnstile(_))));
    match (refused, open) {
        (Some(denial), _) => Err(denial.into()),
        (None, Some(kind)) => Ok(Caller { name: kind.name.clone(), ..Caller::anyone() }),
        (None, None) => Err(Denial::TokenMissing.into()),
    }
}

/// The challenge that this caller still has to answer, if its kind is one.
pub(crate) fn challenge<'a>(kinds: &'a [CallerKind], caller: &Caller) -> Option<&'a Turnstile> {
    kinds.iter().filter(|kind| kind.name == caller.name).find_map(|kind| match &kind.proof {
        AuthMethod::Turnstile(turnstile) => Some(turnstile),
        _ => None,
    })
}

/// The name of the entry whose secret the token is. Looks at every secret, whichever it is.
fn bearer<'a>(
    kinds: &'a [CallerKind],
    token: Option<&Secret>,
    secrets: &Secrets,
) -> Result<Option<&'a str>, Denial> {
    let mut found = None;
    for kind in kinds {
        let AuthMethod::Bearer(names) = &kind.proof else { continue };
        for expected in names.values(secrets, MIN_BEARER_LEN)? {
            if token.is_some_and(|token| expected.matches(token)) {
                found = Some(kind.name.as_str());
            }
        }
    }
    Ok(found)
}

/// Of two reasons, the one that says more than that the token is another one's.
fn worse(first: Option<Denial>, second: Denial) -> Option<Denial> {
    match first {
        None | Some(Denial::TokenRefused { .. }) => Some(second),
        first => first,
    }
}

fn has(kinds: &[CallerKind], is: impl Fn(&AuthMethod) -> bool) -> bool {
    kinds.iter().any(|kind| is(&kind.proof))
}
