//! An entry of `CALLERS`: how a caller proves who it is.

use crate::callers::tokens::{Jwt, Turnstile};
use crate::config::reader::{ConfigValue, TableReader};
use crate::secret_names::SecretNames;
use crate::{ConfigError, SecretName};

/// A kind of caller, under its name.
#[derive(Clone, Debug)]
pub struct CallerKind {
    pub(crate) name: String,
    pub(crate) proof: AuthMethod,
}

#[derive(Clone, Debug)]
pub(crate) enum AuthMethod {
    /// None is asked for.
    Anyone,
    /// The value of a secret, as `Authorization: Bearer ...`; the caller is the entry's name.
    Bearer(SecretNames),
    /// A token of an issuer, as `Authorization: Bearer ...`.
    Jwt(Jwt),
    /// A token of Cloudflare Access, as `Cf-Access-Jwt-Assertion`.
    Access(Jwt),
    /// A token of the site's own back end, as `Authorization: Bearer ...` or in the path.
    Ticket(Jwt),
    /// An answered challenge; nobody in particular.
    Turnstile(Turnstile),
}

impl CallerKind {
    pub(crate) fn parse(name: &str, entry: &ConfigValue<'_>) -> Result<Self, ConfigError> {
        const KINDS: &str = r#""jwt", "access", "bearer", "ticket", "turnstile" or "anyone""#;
        let mut table = TableReader::new(entry)?;
        let kind = table.required("kind", KINDS)?;
        let proof = match kind.text(KINDS)? {
            "anyone" => AuthMethod::Anyone,
            "bearer" => AuthMethod::Bearer(SecretNames::parse(&mut table)?),
            "jwt" => AuthMethod::Jwt(Jwt::parse(&mut table)?),
            "access" => AuthMethod::Access(Jwt::parse_access(&mut table)?),
            "ticket" => AuthMethod::Ticket(Jwt::parse_ticket(&mut table)?),
            "turnstile" => AuthMethod::Turnstile(Turnstile::parse(&mut table)?),
            _ => return Err(kind.expected(KINDS)),
        };
        table.finish()?;
        Ok(Self { name: name.into(), proof })
    }

    /// Whether it tells callers apart, so that `{caller}` has a value. A ticket without a subject names the key instead.
    pub(crate) const fn has_subject(&self) -> bool {
        !matches!(self.proof, AuthMethod::Anyone | AuthMethod::Turnstile(_))
    }

    /// Whether it has claims, so that `{claim.name}` has a value.
    pub(crate) const fn has_claims(&self) -> bool {
        matches!(self.proof, AuthMethod::Jwt(_) | AuthMethod::Access(_) | AuthMethod::Ticket(_))
    }

    /// The challenge, if it is one.
    pub(crate) const fn turnstile(&self) -> Option<&Turnstile> {
        match &self.proof {
            AuthMethod::Turnstile(turnstile) => Some(turnstile),
            _ => None,
        }
    }

    /// The header that it comes in, if it is one of its own.
    pub(crate) const fn header(&self) -> Option<&'static str> {
        match self.proof {
            AuthMethod::Access(_) => Some("cf-access-jwt-assertion"),
            AuthMethod::Turnstile(_) => Some("turnstile-token"),
            AuthMethod::Anyone
            | AuthMethod::Bearer(_)
            | AuthMethod::Jwt(_)
            | AuthMethod::Ticket(_) => None,
        }
    }

    /// The secrets any of which it needs.
    pub(crate) fn secrets(&self) -> &[SecretName] {
        let names = match &self.proof {
            AuthMethod::Anyone => None,
            AuthMethod::Bearer(names) => Some(names),
            AuthMethod::Jwt(jwt) | AuthMethod::Access(jwt) | AuthMethod::Ticket(jwt) => {
                jwt.secrets()
            }
            AuthMethod::Turnstile(turnstile) => Some(turnstile.secrets()),
        };
        names.map(SecretNames::as_slice).unwrap_or_default()
    }
}
