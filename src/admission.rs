//! Who asks, and whether it may: tokens, limits, challenges.

use rules::{Access, Caller, Challenge, Denial, Need, Proofs, Secret, Stop};

use crate::problem::Problem;
use crate::respond::Exchange;

/// Why there is no answer of the usual kind.
#[derive(Debug)]
pub(crate) enum Halt {
    /// This goes out instead.
    Problem(Problem),
    /// The platform first, then the same request again.
    Need(Need),
}

impl From<Problem> for Halt {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<Denial> for Halt {
    fn from(denial: Denial) -> Self {
        Self::Problem(denial.into())
    }
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Denied(denial) => denial.into(),
            Stop::Need(need) => Self::Need(need),
        }
    }
}

impl Exchange<'_> {
    /// Who asks, once it may.
    pub(crate) fn caller(&self, access: &Access) -> Result<Caller, Halt> {
        self.find(access, Challenge::Open)
    }

    /// Who asks for more of an upload that is under way. Its id still has to be the caller's own.
    pub(crate) fn caller_with_id(&self, access: &Access) -> Result<Caller, Halt> {
        self.find(access, Challenge::Answered)
    }

    fn find(&self, access: &Access, challenge: Challenge) -> Result<Caller, Halt> {
        let Self { site, request, .. } = *self;
        let secret = |text: Option<&str>| text.map(Secret::new);
        let (ticket, assertion) = (secret(request.url.ticket), secret(request.headers.assertion));
        let answer = request.challenge().map(Secret::new);
        let bearer = if ticket.is_some() { None } else { request.token()? };
        let proofs = Proofs {
            bearer: bearer.as_ref(),
            ticket: ticket.as_ref(),
            assertion: assertion.as_ref(),
            challenge: answer.as_ref(),
            origin: request.headers.origin,
            address: request.headers.address,
            ..Proofs::none(self.moment.now, request.facts, site.key_cache())
        };
        let found = access.authenticate(&proofs, site.secrets());
        if let Ok(caller) = &found {
            self.record.borrow_mut().caller(caller);
        }
        Ok(access.admit(found, challenge, &proofs, site.secrets())?)
    }
}
