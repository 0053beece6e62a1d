//! Who may use a rule: callers, origins, how often.

use crate::callers::caller;
use crate::callers::context::AuthContext;
use crate::callers::kind::CallerKind;
use crate::callers::limit::Limit;
use crate::callers::origin;
use crate::config::join_names::join_names;
use crate::config::reader::{ConfigPath, TableReader};
use crate::effect::blocked::Blocked;
use crate::{Caller, ConfigError, Denial, Origin, SecretName, Secrets};
use litemap::LiteMap;

const TURNSTILE: &str = r#"the name of an entry of CALLERS whose kind is "turnstile""#;

/// The callers that a rule takes, the pages that may ask, and how often.
#[derive(Clone, Debug)]
pub struct Access {
    rule: String,
    pub(crate) callers: Vec<CallerKind>,
    origins: Vec<Origin>,
    pub(crate) turnstile: Option<CallerKind>,
    pub(crate) limit: Option<Limit>,
}

/// Whether a rule's challenge is still to be answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Challenge {
    /// By this very request.
    Open,
    /// By the one that began the upload, as its sealed id proves: a token for a challenge is good for one request alone.
    Answered,
}

impl Access {
    pub(crate) fn parse(
        table: &mut TableReader<'_>,
        callers: &LiteMap<String, CallerKind>,
    ) -> Result<Self, ConfigError> {
        let names = join_names(callers.keys().map(String::as_str));
        let expected = format!("names from CALLERS (there are: {names})");
        let entries = table.required("callers", &expected)?.non_empty_list(&expected)?;
        let known = |name: &str| callers.get(name).cloned();
        let kinds =
            entries.iter().map(|entry| entry.parsed(&expected, known)).collect::<Result<_, _>>()?;
        let origins = match table.optional("origins") {
            Some(entry) => entry.list("a list of origins")?,
            None => Vec::new(),
        };
        let origins = origins.iter().map(|entry| entry.parsed(origin::EXPECTED, Origin::new));
        let origins = origins.collect::<Result<_, _>>()?;
        let challenge = |name: &str| known(name).filter(|kind| kind.turnstile().is_some());
        let turnstile = table
            .optional("turnstile")
            .map(|entry| entry.parsed(TURNSTILE, challenge))
            .transpose()?;
        let limit = table.optional("limit").map(|entry| Limit::parse(&entry)).transpose()?;
        Ok(Self { rule: route(table.place), callers: kinds, origins, turnstile, limit })
    }

    /// The rule's name in requests, tickets and records: `uploads/avatar`.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Pages that may ask.
    #[must_use]
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// The origin to answer to, if the request names one.
    ///
    /// A request without an origin comes from no page of another site: a link, or a program.
    ///
    /// # Errors
    ///
    /// [`Denial::OriginNotAllowed`] if the rule does not have it.
    pub fn origin(&self, asked: Option<&str>) -> Result<Option<&Origin>, Denial> {
        let Some(asked) = asked else { return Ok(None) };
        let origin = self.origins.iter().find(|origin| origin.as_str() == asked);
        origin.map(Some).ok_or(Denial::OriginNotAllowed)
    }

    /// Finds out who asks.
    ///
    /// # Errors
    ///
    /// [`Blocked::Refused`] if it is nobody whom the rule takes, [`Blocked::Pending`] if the platform is needed to find out.
    pub fn authenticate(
        &self,
        context: &AuthContext<'_>,
        secrets: &Secrets,
    ) -> Result<Caller, Blocked<Denial>> {
        caller::authenticate(&self.callers, &self.rule, context, secrets)
    }

    /// Whether a limit counts the asks, so that each must be for one thing.
    #[must_use]
    pub const fn is_limited(&self) -> bool {
        self.limit.is_some()
    }

    /// Lets in who has been found, within the rule's limit and past its challenge.
    ///
    /// Who has not been found is counted too, against its network, so that guessing is limited as well. The challenge
    /// comes last: a token for it is spent by looking at it.
    ///
    /// # Errors
    ///
    /// What `found` says; [`Denial::TooManyRequests`]; what the challenge says.
    pub fn admit(
        &self,
        found: Result<Caller, Blocked<Denial>>,
        challenge: Challenge,
        context: &AuthContext<'_>,
        secrets: &Secrets,
    ) -> Result<Caller, Blocked<Denial>> {
        let found = match found {
            Err(need @ Blocked::Pending(_)) => return Err(need),
            found => found,
        };
        if let Some(limit) = &self.limit {
            limit.count(&self.rule, found.as_ref().ok(), context)?;
        }
        let caller = found?;
        if challenge == Challenge::Answered {
            return Ok(caller);
        }
        let own = caller::challenge(&self.callers, &caller);
        let second = self.turnstile.as_ref().and_then(CallerKind::turnstile);
        // One token answers one challenge: the rule's own stands for the caller's too.
        if let Some(turnstile) = second.or(own) {
            turnstile.check(context, secrets)?;
        }
        Ok(caller)
    }

    /// The headers that it looks at, besides `Authorization` and `Origin`.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &'static str> {
        let context = self.callers.iter().chain(&self.turnstile).filter_map(CallerKind::header);
        context.chain(self.limit.as_ref().map(|_| "cf-connecting-ip"))
    }

    /// Whether every caller has a subject, so that `{caller}` always has a value.
    pub(crate) fn has_caller_name(&self) -> bool {
        self.callers.iter().all(CallerKind::has_subject)
    }

    /// Whether every caller has claims, so that `{claim.name}` has a value.
    pub(crate) fn knows_claims(&self) -> bool {
        self.callers.iter().all(CallerKind::has_claims)
    }

    /// The secrets, in groups of which one each must be set.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &[SecretName]> {
        self.callers.iter().chain(&self.turnstile).map(CallerKind::secrets)
    }
}

/// `uploads/avatar` of `UPLOADS_2.avatar`.
fn route(place: ConfigPath<'_>) -> String {
    let (section, name) = place.entry();
    let section = section.split('_').next().unwrap_or_default().to_ascii_lowercase();
    format!("{section}/{name}")
}
