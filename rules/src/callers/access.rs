//! Who may use a rule: its callers, origins, challenge and rate limit.

use litemap::LiteMap;
use signer::UnixTime;

use crate::callers::authenticate::authenticate;
use crate::callers::caller::Caller;
use crate::callers::context::{AuthContext, Presented};
use crate::callers::initiator::{Exposure, Initiator};
use crate::callers::kind::CallerKind;
use crate::callers::kind_info::Credential;
use crate::callers::limit::{Limit, Quota};
use crate::callers::origin::{self, Origin};
use crate::callers::restrictions::Restrictions;
use crate::config::error::ConfigError;
use crate::config::join_names::join_names;
use crate::config::reader::{ConfigPath, TableReader};
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::secret::Secrets;
use crate::secret_name::SecretName;

/// The headers of an [`Initiator`], besides `Origin`.
const INITIATOR: [&str; 4] = ["sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest", "referer"];

/// Most callers of a rule. Each can need two effects, and the shell performs a limited number of them.
const MAX_CALLERS: usize = 8;

const TURNSTILE: &str = r#"the name of an entry of CALLERS whose kind is "turnstile""#;

/// The callers that a rule accepts, the pages that may use it, and how often.
#[derive(Clone, Debug)]
pub struct Access {
    rule: String,
    pub(crate) callers: Vec<CallerKind>,
    origins: Vec<Origin>,
    pub(crate) turnstile: Option<CallerKind>,
    pub(crate) limit: Option<Limit>,
    pub(crate) restrictions: Option<Box<Restrictions>>,
}

/// Whether a request must solve the rule's challenge.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Challenge {
    /// The request must solve it.
    Required,
    /// The request that began the upload solved it, as the upload's id proves. A challenge's token is valid only once.
    Solved,
}

impl Access {
    pub(crate) fn parse(
        table: &mut TableReader<'_>,
        callers: &LiteMap<String, CallerKind>,
    ) -> Result<Self, ConfigError> {
        let names = join_names(callers.keys().map(String::as_str));
        let expected = format!("names from CALLERS (there are: {names})");
        let entries = table.required("callers", &expected)?.non_empty_list(&expected)?;
        if entries.len() > MAX_CALLERS {
            let problem = format!("a rule has at most {MAX_CALLERS} callers");
            return Err(table.required("callers", &expected)?.problem(&problem));
        }
        let known = |name: &str| callers.get(name).cloned();
        let kinds =
            entries.iter().map(|entry| entry.parsed(&expected, known)).collect::<Result<_, _>>()?;
        let origins = match table.optional("origins") {
            Some(entry) => entry.list("a list of origins")?,
            None => Vec::new(),
        };
        let origins = origins.iter().map(|entry| entry.parsed(origin::EXPECTED, Origin::new));
        let origins = origins.collect::<Result<_, _>>()?;
        let challenge = |name: &str| known(name).filter(|kind| kind.challenge().is_some());
        let turnstile = table
            .optional("turnstile")
            .map(|entry| entry.parsed(TURNSTILE, challenge))
            .transpose()?;
        let limit = table.optional("limit").map(|entry| Limit::parse(&entry)).transpose()?;
        let restrictions = Restrictions::parse(table)?;
        let rule = route(table.place);
        Ok(Self { rule, callers: kinds, origins, turnstile, limit, restrictions })
    }

    /// Returns the rule's name in requests, tickets and records: `uploads/avatar`.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// Returns the origins of the pages that may use the rule.
    #[must_use]
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// Checks the page that caused a request, and returns the rule's entry for its origin; `None` if it names none.
    ///
    /// # Errors
    ///
    /// [`Denial::OriginNotAllowed`], or [`Denial::EmbeddedElsewhere`] for an [`Exposure::AmbientRead`].
    pub fn origin(
        &self,
        initiator: &Initiator<'_>,
        exposure: Exposure,
    ) -> Result<Option<&Origin>, Denial> {
        initiator.check(&self.origins, exposure)
    }

    /// Returns whether a request has a credential that its browser may have added by itself; `has` finds a header.
    ///
    /// A kind without a header of its own is taken to be in every request.
    pub fn has_ambient_credential(&self, has: impl Fn(&str) -> bool) -> bool {
        self.ambient_kinds().any(|kind| kind.header().is_none_or(&has))
    }

    /// Returns whether browsers authenticate to the rule by themselves, so that answers depend on which page asks.
    #[must_use]
    pub fn accepts_ambient_credentials(&self) -> bool {
        self.ambient_kinds().next().is_some()
    }

    fn ambient_kinds(&self) -> impl Iterator<Item = &CallerKind> {
        self.callers.iter().filter(|kind| kind.info().credential == Credential::Ambient)
    }

    /// Checks from where and when a request comes, and returns when the rule's hours end, if it has any.
    ///
    /// # Errors
    ///
    /// [`Blocked::Refused`] if the rule's `networks`, `countries` or `hours` do not permit the request, [`Blocked::Pending`] if
    /// the time zone must be looked up first.
    pub fn check_restrictions(
        &self,
        context: &AuthContext<'_>,
    ) -> Result<Option<UnixTime>, Blocked<Denial>> {
        self.restrictions.as_ref().map_or(Ok(None), |restrictions| restrictions.check(context))
    }

    /// Checks where a client is that uses a link of the rule, which has ended with the rule's hours.
    ///
    /// # Errors
    ///
    /// [`Denial::NetworkNotAllowed`], [`Denial::CountryNotAllowed`].
    pub fn check_place(&self, client: &Presented<'_>) -> Result<(), Denial> {
        self.restrictions.as_ref().map_or(Ok(()), |restrictions| restrictions.check_place(client))
    }

    /// Authenticates a request.
    ///
    /// # Errors
    ///
    /// [`Blocked::Refused`] if the rule accepts no such caller, [`Blocked::Pending`] if an effect must be performed first.
    pub fn authenticate(
        &self,
        context: &AuthContext<'_>,
        secrets: &Secrets,
    ) -> Result<Caller, Blocked<Denial>> {
        authenticate(&self.callers, &self.rule, context, secrets)
    }

    /// Admits the caller that [`Access::authenticate`] returned if the rule's limit and challenge permit it.
    ///
    /// The rule's restrictions come first, before any effect of the authentication is performed. A failed authentication counts
    /// against the client's network, so guessing is limited too. The challenge comes last, since checking a token uses it up.
    ///
    /// # Errors
    ///
    /// As [`Access::check_restrictions`], the error in `authenticated`, [`Denial::TooManyRequests`], or the denial of the
    /// challenge.
    pub fn admit(
        &self,
        authenticated: Result<Caller, Blocked<Denial>>,
        challenge: Challenge,
        context: &AuthContext<'_>,
        secrets: &Secrets,
    ) -> Result<Caller, Blocked<Denial>> {
        let open_until = self.check_restrictions(context)?;
        if let Err(Blocked::Pending(_)) = authenticated {
            return authenticated;
        }
        if let Some(limit) = &self.limit {
            limit.count(&self.rule, authenticated.as_ref().ok(), context)?;
        }
        let caller = authenticated?.until(open_until);
        if challenge == Challenge::Solved {
            return Ok(caller);
        }
        let kind = self.callers.iter().find(|kind| kind.name() == caller.name());
        // A request has one token, so the rule's challenge replaces that of the caller's kind.
        let challenge = self.turnstile.as_ref().or(kind).and_then(CallerKind::challenge);
        if let Some(turnstile) = challenge {
            turnstile.check(context, secrets)?;
        }
        Ok(caller)
    }

    /// Counts the files of a request of a caller that has been admitted, which the limit has counted once.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if they must be counted first; [`Denial::LimitUnavailable`].
    pub fn count_files(
        &self,
        files: usize,
        caller: &Caller,
        context: &AuthContext<'_>,
    ) -> Result<Quota, Blocked<Denial>> {
        let more = u8::try_from(files.saturating_sub(1)).unwrap_or(u8::MAX);
        match &self.limit {
            Some(limit) if more > 0 => limit.count_more(&self.rule, caller, context, more),
            _ => Ok(Quota::UNLIMITED),
        }
    }

    /// Returns the names of the headers for [`Presented::headers`](crate::callers::context::Presented), in lower case.
    pub fn caller_headers(&self) -> impl Iterator<Item = &'static str> {
        self.callers.iter().chain(&self.turnstile).filter_map(CallerKind::header)
    }

    /// Returns the names of all headers that it reads, besides `Authorization` and `Origin`.
    pub(crate) fn headers(&self) -> impl Iterator<Item = &'static str> {
        let of_pages = self.accepts_ambient_credentials().then_some(INITIATOR);
        self.caller_headers()
            .chain(self.reads_address().then_some("cf-connecting-ip"))
            .chain(of_pages.into_iter().flatten())
    }

    /// Returns whether a limit or a restriction depends on the client's address.
    fn reads_address(&self) -> bool {
        let restrictions = self.restrictions.as_ref();
        self.limit.is_some() || restrictions.is_some_and(|all| all.networks.is_some())
    }

    /// Returns whether a restriction depends on where the client is.
    pub(crate) fn restricts_places(&self) -> bool {
        let restrictions = self.restrictions.as_ref();
        restrictions.is_some_and(|all| all.networks.is_some() || all.countries.is_some())
    }

    /// Returns whether a restriction depends on the client's country.
    pub(crate) fn reads_country(&self) -> bool {
        self.restrictions.as_ref().is_some_and(|all| all.countries.is_some())
    }

    /// Returns whether every caller has a name, so that `{caller}` has a value.
    pub(crate) fn has_caller_name(&self) -> bool {
        self.callers.iter().all(CallerKind::has_caller_name)
    }

    /// Returns whether every caller has claims, so that `{claim.NAME}` has a value.
    pub(crate) fn has_claims(&self) -> bool {
        self.callers.iter().all(CallerKind::has_claims)
    }

    /// Returns the names of the secrets, in groups. At least one of each group must be set.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &[SecretName]> {
        self.callers.iter().chain(&self.turnstile).map(CallerKind::secrets)
    }
}

/// Returns the route of a rule: `uploads/avatar` for `UPLOADS_2.avatar`.
fn route(place: ConfigPath<'_>) -> String {
    let (section, name) = place.entry();
    let section = section.split('_').next().unwrap_or_default().to_ascii_lowercase();
    format!("{section}/{name}")
}
