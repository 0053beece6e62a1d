//! An authenticated caller.

use core::fmt;

use signer::{Expires, UnixTime};

use crate::ambient::Ambient;
use crate::callers::segment::Segment;
use crate::callers::tokens::claims::Claims;
use crate::callers::tokens::ticket::Ticket;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::lifetime::{EndsWith, Lifetime};

/// An authenticated caller. Only authentication makes one.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Caller {
    name: String,
    subject: Option<Segment>,
    claims: Claims,
    pub(crate) ticket: Option<Ticket>,
    /// When the hours of the rule end that admitted the caller, if it has any.
    open_until: Option<UnixTime>,
}

impl Caller {
    /// Makes an anonymous caller.
    pub(crate) fn anyone() -> Self {
        Self::default()
    }

    pub(crate) fn with_subject(subject: Segment) -> Self {
        Self { subject: Some(subject), ..Self::default() }
    }

    pub(crate) fn with_claims(subject: Segment, claims: impl Into<Claims>) -> Self {
        Self { subject: Some(subject), claims: claims.into(), ..Self::default() }
    }

    pub(crate) fn with_ticket(subject: Option<Segment>, ticket: Ticket) -> Self {
        Self { subject, ticket: Some(ticket), ..Self::default() }
    }

    /// Sets the name of the entry of `CALLERS` that accepted the caller.
    pub(crate) fn accepted_by(self, entry: &str) -> Self {
        Self { name: entry.into(), ..self }
    }

    /// Sets when the hours of the rule end that admits the caller.
    pub(crate) fn until(self, open_until: Option<UnixTime>) -> Self {
        Self { open_until, ..self }
    }

    /// Makes the caller that a capability was issued to.
    pub(crate) fn of_capability(name: &str, subject: Option<&str>) -> Self {
        Self { subject: subject.and_then(Segment::new), ..Self::default() }.accepted_by(name)
    }

    /// Makes a caller without authentication, for a program of the operator, who has the bucket's credentials anyway.
    ///
    /// `entry` is the name of the entry of `CALLERS`. Returns `None` if `subject` cannot be a segment of a key.
    #[cfg(feature = "operator")]
    #[must_use]
    pub fn assumed(
        entry: &str,
        subject: Option<&str>,
        claims: serde_json::Map<String, serde_json::Value>,
    ) -> Option<Self> {
        let subject = match subject {
            Some(subject) => Some(Segment::new(subject)?),
            None => None,
        };
        let caller = Self { subject, claims: claims.into(), ..Self::default() };
        Some(caller.accepted_by(entry))
    }

    /// Returns the name of the entry of `CALLERS` that accepted it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the caller's subject, which is a valid segment of a key; `None` for anonymous callers.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_ref().map(Segment::as_str)
    }

    /// Returns the lifetime of a grant to this caller: its rule's `expires`, or less if its ticket or the
    /// rule's hours end sooner.
    pub(crate) fn lifetime(&self, expires: Expires, now: UnixTime) -> Result<Lifetime, Denial> {
        let mut lifetime = Lifetime::new(expires);
        if let Some(end) = self.open_until {
            lifetime = lifetime.until(end, EndsWith::Hours, now).ok_or(Denial::OutsideHours)?;
        }
        let Some(ticket) = &self.ticket else { return Ok(lifetime) };
        lifetime.until(ticket.end(), EndsWith::Ticket, now).ok_or(Denial::TokenExpired)
    }

    /// Uses the caller's ticket up, if it is valid once. Requests that go on with what this one begins need no other: what they present
    /// proves it.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if that must be done first; [`Denial::TokenRefused`] if the ticket has been used,
    /// [`Denial::StateNotBound`], [`Denial::StateUnavailable`].
    pub fn use_ticket(&self, results: &Results, ambient: Ambient) -> Result<(), Blocked<Denial>> {
        self.ticket.as_ref().map_or(Ok(()), |ticket| ticket.use_up(results, ambient))
    }

    /// Returns whether the caller's ticket permits less than its rule.
    pub(crate) fn is_limited(&self) -> bool {
        self.ticket.as_ref().is_some_and(Ticket::is_limited)
    }

    /// Returns whether the caller's ticket, if it has one, permits to read the object with this key.
    pub(crate) fn may_read(&self, key: &str) -> bool {
        self.ticket.as_ref().is_none_or(|ticket| ticket.may_read(key))
    }

    /// Returns a claim of the caller's token, if its value can be a segment of a key.
    pub(crate) fn claim(&self, name: &str) -> Option<Segment> {
        self.claims.segment(name)
    }
}

/// Omits the claims, which can be personal data.
impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("name", &self.name)
            .field("subject", &self.subject())
            .finish_non_exhaustive()
    }
}
