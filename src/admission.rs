//! Admission of a caller: authentication, rate limit and challenge.

use rules::{Access, Blocked, Caller, Challenge, Presented, Quota, Secret};

use crate::exchange::Exchange;
use crate::http::problem::Problem;

impl Exchange<'_> {
    /// Returns the caller, if it is authenticated, within the rule's limit, and has solved the challenge.
    pub(crate) fn caller(&self, access: &Access) -> Result<Caller, Blocked<Problem>> {
        let caller = self.admit(access, Challenge::Required)?;
        self.use_ticket(&caller)?;
        Ok(caller)
    }

    /// Uses up the ticket of a caller, if it has one that is valid once.
    pub(crate) fn use_ticket(&self, caller: &Caller) -> Result<(), Blocked<Problem>> {
        let used = caller.use_ticket(self.request.results, self.ambient);
        used.map_err(|blocked| blocked.map(Problem::from))
    }

    /// Returns the caller of a request that only asks what it can request next, or that can still be refused. Its ticket is not
    /// used up.
    pub(crate) fn caller_with_ticket_left(
        &self,
        access: &Access,
    ) -> Result<Caller, Blocked<Problem>> {
        self.admit(access, Challenge::Required)
    }

    /// Returns the caller of a request about an upload that has begun or links that it has made, which needs no second challenge.
    pub(crate) fn caller_without_challenge(
        &self,
        access: &Access,
    ) -> Result<Caller, Blocked<Problem>> {
        self.admit(access, Challenge::Solved)
    }

    /// Counts the files of a request whose caller has been admitted.
    pub(crate) fn count_files(
        &self,
        access: &Access,
        files: usize,
        caller: &Caller,
    ) -> Result<Quota, Blocked<Problem>> {
        let context = self.auth_context(self.request.client());
        access.count_files(files, caller, &context).map_err(|blocked| blocked.map(Problem::from))
    }

    fn admit(&self, access: &Access, challenge: Challenge) -> Result<Caller, Blocked<Problem>> {
        let Self { site, request, .. } = *self;
        let ticket = request.url.ticket.map(Secret::new);
        let header = |name| Some((name, Secret::new(request.caller_header(name)?)));
        let headers: Vec<_> = access.caller_headers().filter_map(header).collect();
        let bearer = if ticket.is_some() { None } else { request.token()? };
        let presented = Presented {
            bearer: bearer.as_ref(),
            ticket: ticket.as_ref(),
            headers: &headers,
            ..request.client()
        };
        let context = self.auth_context(presented);
        let authenticated = access.authenticate(&context, site.secrets());
        if let Ok(caller) = &authenticated {
            self.record.borrow_mut().caller(caller);
        }
        access
            .admit(authenticated, challenge, &context, site.secrets())
            .map_err(|blocked| blocked.map(Problem::from))
    }
}
