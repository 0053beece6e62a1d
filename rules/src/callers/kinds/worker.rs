//! Callers of kind `worker`: the Worker that mounts Signpost, or calls it through a service binding, says who sent the request.

use crate::callers::caller::Caller;
use crate::callers::context::Attempt;
use crate::callers::kind_info::{Credential, Identity, KindInfo, Precedence, Source};
use crate::callers::named_caller::NamedCaller;
use crate::callers::segment::Segment;
use crate::denial::Denial;
use crate::effect::Effect;
use crate::effect::blocked::Blocked;
use crate::effect::results::EffectResult;

/// Accepts the callers that another Worker names. The deployed Worker has none over HTTP.
pub(crate) struct NamedByWorker;

impl NamedByWorker {
    pub(crate) const INFO: KindInfo = KindInfo {
        source: Source::None,
        // The other Worker may know the caller by a cookie.
        credential: Credential::Ambient,
        identity: Identity::NamedWithClaims,
        precedence: Precedence::Token,
    };

    pub(crate) fn authenticate(attempt: &Attempt<'_>) -> Result<Option<Caller>, Blocked<Denial>> {
        if attempt.context.presented.ticket.is_some() {
            return Ok(None);
        }
        match attempt.context.results.require(Effect::NameCaller)? {
            EffectResult::Named(NamedCaller { name, claims }) => {
                let subject = Segment::new(name).ok_or_else(|| Denial::InvalidArgument {
                    name: "caller",
                    why: "must be a name that can be one segment of a key".into(),
                })?;
                Ok(Some(Caller::with_claims(subject, claims.clone())))
            }
            EffectResult::No => Ok(None),
            _ => Err(Denial::CallerUnavailable.into()),
        }
    }
}
