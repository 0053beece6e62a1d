//! Authentication: the caller of a request, within limits and challenges.

use rules::{Access, Blocked, Caller, Challenge, Presented, Secret};

use crate::exchange::Exchange;
use crate::http::problem::Problem;

impl Exchange<'_> {
    /// The caller, once it is authenticated, within its limit, and has solved the challenge.
    pub(crate) fn caller(&self, access: &Access) -> Result<Caller, Blocked<Problem>> {
        self.find(access, Challenge::Open)
    }

    /// The caller of a request about an upload that is under way, which needs no further challenge.
    pub(crate) fn caller_with_id(&self, access: &Access) -> Result<Caller, Blocked<Problem>> {
        self.find(access, Challenge::Answered)
    }

    fn find(&self, access: &Access, challenge: Challenge) -> Result<Caller, Blocked<Problem>> {
        let Self { site, request, .. } = *self;
        let ticket = request.url.ticket.map(Secret::new);
        let header = |name| Some((name, Secret::new(request.caller_header(name)?)));
        let headers: Vec<_> = access.caller_headers().filter_map(header).collect();
        let bearer = if ticket.is_some() { None } else { request.token()? };
        let presented = Presented {
            bearer: bearer.as_ref(),
            ticket: ticket.as_ref(),
            headers: &headers,
            origin: request.headers.origin,
            address: request.headers.address,
        };
        let context = self.auth_context(presented);
        let found = access.authenticate(&context, site.secrets());
        if let Ok(caller) = &found {
            self.record.borrow_mut().caller(caller);
        }
        access
            .admit(found, challenge, &context, site.secrets())
            .map_err(|blocked| blocked.map(Problem::from))
    }
}
