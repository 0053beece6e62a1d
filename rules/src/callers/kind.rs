//! An entry of `CALLERS`: a kind of caller, under a name.

use crate::callers::authority::Authority;
use crate::callers::caller::Caller;
use crate::callers::context::Attempt;
use crate::callers::kind_info::{Identity, KindInfo, Source};
use crate::callers::kinds::access::CloudflareAccess;
use crate::callers::kinds::anyone::Anyone;
use crate::callers::kinds::bearer::Bearer;
use crate::callers::kinds::jwt::Jwt;
use crate::callers::kinds::ticket::TicketIssuer;
use crate::callers::kinds::turnstile::Turnstile;
use crate::callers::kinds::worker::NamedByWorker;
use crate::callers::tokens::keys::Keys;
use crate::config::error::ConfigError;
use crate::config::reader::{ConfigValue, TableReader};
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::secret_format::SecretFormat;
use crate::secret_name::SecretName;

/// An authentication method, under the name that rules refer to.
#[derive(Clone, Debug)]
pub struct CallerKind {
    name: String,
    method: AuthMethod,
}

/// How a caller authenticates.
#[derive(Clone, Debug)]
enum AuthMethod {
    Jwt(Jwt),
    Access(CloudflareAccess),
    Bearer(Bearer),
    Ticket(TicketIssuer),
    Turnstile(Turnstile),
    Worker,
    Anyone,
}

/// A reader of the keys of one kind, besides `kind` itself.
type Parse = fn(&mut TableReader<'_>) -> Result<AuthMethod, ConfigError>;

/// The values of `kind`.
const KINDS: [(&str, Parse); 7] = [
    ("jwt", |table| Jwt::parse(table).map(AuthMethod::Jwt)),
    ("access", |table| CloudflareAccess::parse(table).map(AuthMethod::Access)),
    ("bearer", |table| Bearer::parse(table).map(AuthMethod::Bearer)),
    ("ticket", |table| TicketIssuer::parse(table).map(AuthMethod::Ticket)),
    ("turnstile", |table| Turnstile::parse(table).map(AuthMethod::Turnstile)),
    ("worker", |_| Ok(AuthMethod::Worker)),
    ("anyone", |_| Ok(AuthMethod::Anyone)),
];

impl AuthMethod {
    const fn info(&self) -> KindInfo {
        match self {
            Self::Jwt(_) => Jwt::INFO,
            Self::Access(_) => CloudflareAccess::INFO,
            Self::Bearer(_) => Bearer::INFO,
            Self::Ticket(_) => TicketIssuer::INFO,
            Self::Turnstile(_) => Turnstile::INFO,
            Self::Worker => NamedByWorker::INFO,
            Self::Anyone => Anyone::INFO,
        }
    }

    fn secrets(&self) -> &[SecretName] {
        match self {
            Self::Jwt(jwt) => jwt.secrets(),
            Self::Access(access) => access.secrets(),
            Self::Bearer(bearer) => bearer.secrets(),
            Self::Ticket(ticket) => ticket.secrets(),
            Self::Turnstile(turnstile) => turnstile.secrets(),
            Self::Worker | Self::Anyone => &[],
        }
    }

    const fn secret_format(&self) -> SecretFormat {
        match self {
            Self::Jwt(_) | Self::Access(_) | Self::Ticket(_) => Keys::SECRET,
            Self::Bearer(_) => Bearer::SECRET,
            Self::Turnstile(_) => Turnstile::SECRET,
            Self::Worker | Self::Anyone => SecretFormat::KEY,
        }
    }

    fn authority(&self) -> Option<Authority<'_>> {
        match self {
            Self::Jwt(jwt) => Some(jwt.authority()),
            Self::Access(access) => Some(access.authority()),
            Self::Bearer(_) => Some(Authority::Configuration),
            Self::Ticket(ticket) => Some(ticket.authority()),
            Self::Worker => Some(Authority::Worker),
            Self::Turnstile(_) | Self::Anyone => None,
        }
    }

    fn authenticate(&self, attempt: &Attempt<'_>) -> Result<Option<Caller>, Blocked<Denial>> {
        match self {
            Self::Jwt(jwt) => jwt.authenticate(attempt),
            Self::Access(access) => access.authenticate(attempt),
            Self::Bearer(bearer) => bearer.authenticate(attempt),
            Self::Ticket(ticket) => ticket.authenticate(attempt),
            Self::Worker => NamedByWorker::authenticate(attempt),
            // A challenge is checked last, by `Turnstile::check`, since that uses its token up.
            Self::Turnstile(_) | Self::Anyone => Ok(Some(Caller::anyone())),
        }
    }
}

impl CallerKind {
    /// Returns the values of `kind`.
    #[cfg(feature = "operator")]
    pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|(kind, _)| *kind)
    }

    pub(crate) fn parse(name: &str, entry: &ConfigValue<'_>) -> Result<Self, ConfigError> {
        let mut table = TableReader::new(entry)?;
        let expected = expected();
        let kind = table.required("kind", &expected)?;
        let text = kind.text(&expected)?;
        let (_, parse) =
            KINDS.iter().find(|(kind, _)| *kind == text).ok_or_else(|| kind.expected(&expected))?;
        let method = parse(&mut table)?;
        table.finish()?;
        Ok(Self { name: name.into(), method })
    }

    /// Authenticates a request; `None` if it carries no proof of this kind.
    pub(crate) fn authenticate(
        &self,
        attempt: &Attempt<'_>,
    ) -> Result<Option<Caller>, Blocked<Denial>> {
        let caller = self.method.authenticate(attempt)?;
        Ok(caller.map(|caller| caller.accepted_by(&self.name)))
    }

    /// Returns the name in `CALLERS`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whether it accepts every request, without a token or a challenge.
    #[must_use]
    pub const fn is_anyone(&self) -> bool {
        matches!(self.method, AuthMethod::Anyone)
    }

    /// Returns whether its only caller has the name of the entry.
    #[cfg(feature = "operator")]
    #[must_use]
    pub fn is_named_after_entry(&self) -> bool {
        self.authority() == Some(Authority::Configuration)
    }

    pub(crate) const fn info(&self) -> KindInfo {
        self.method.info()
    }

    /// Returns whether its callers have a name, the value of `{caller}`.
    pub(crate) fn has_caller_name(&self) -> bool {
        self.info().identity != Identity::Anonymous
    }

    /// Returns whether its callers have claims, the values of `{claim.NAME}`.
    pub(crate) fn has_claims(&self) -> bool {
        self.info().identity == Identity::NamedWithClaims
    }

    /// Returns who gives its callers their names and claims; `None` if they are anonymous.
    pub(crate) fn authority(&self) -> Option<Authority<'_>> {
        self.method.authority()
    }

    /// Returns the challenge, if this kind is one.
    pub(crate) const fn challenge(&self) -> Option<&Turnstile> {
        if let AuthMethod::Turnstile(turnstile) = &self.method { Some(turnstile) } else { None }
    }

    /// Returns whether each of its tokens is valid for one request.
    #[must_use]
    pub const fn is_single_use(&self) -> bool {
        matches!(&self.method, AuthMethod::Ticket(ticket) if ticket.is_single_use())
    }

    /// Returns the header that only this kind uses, if it uses one.
    pub(crate) const fn header(&self) -> Option<&'static str> {
        if let Source::Header(name) = self.info().source { Some(name) } else { None }
    }

    /// Returns the names of its secrets. At least one must be set.
    pub(crate) fn secrets(&self) -> &[SecretName] {
        self.method.secrets()
    }

    /// Returns what its secrets must look like.
    pub(crate) const fn secret_format(&self) -> SecretFormat {
        self.method.secret_format()
    }
}

/// Lists the kinds for an error: `"jwt", "access" or "anyone"`.
fn expected() -> String {
    let names = KINDS.map(|(name, _)| format!("\"{name}\""));
    let [names @ .., last] = &names;
    format!("{} or {last}", names.join(", "))
}
