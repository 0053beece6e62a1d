//! An entry of `CALLERS`: how a caller proves who it is.

use crate::secret_names::SecretNames;
use crate::table::{Entry, Table};
use crate::tokens::{Jwt, Turnstile};
use crate::{ConfigError, SecretName};

/// A kind of caller, under its name.
#[derive(Clone, Debug)]
pub(crate) struct CallerKind {
    pub(crate) name: String,
    pub(crate) proof: Proof,
}

#[derive(Clone, Debug)]
pub(crate) enum Proof {
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
    pub(crate) fn parse(name: &str, entry: &Entry<'_>) -> Result<Self, ConfigError> {
        const KINDS: &str = r#""jwt", "access", "bearer", "ticket", "turnstile" or "anyone""#;
        let mut table = Table::new(entry)?;
        let kind = table.required("kind", KINDS)?;
        let proof = match kind.text(KINDS)? {
            "anyone" => Proof::Anyone,
            "bearer" => Proof::Bearer(SecretNames::parse(&mut table)?),
            "jwt" => Proof::Jwt(Jwt::parse(&mut table)?),
            "access" => Proof::Access(Jwt::parse_access(&mut table)?),
            "ticket" => Proof::Ticket(Jwt::parse_ticket(&mut table)?),
            "turnstile" => Proof::Turnstile(Turnstile::parse(&mut table)?),
            _ => return Err(kind.expected(KINDS)),
        };
        table.finish()?;
        Ok(Self { name: name.into(), proof })
    }

    /// Whether it tells callers apart, so that `{caller}` has a value. A ticket without a subject names the key instead.
    pub(crate) const fn has_subject(&self) -> bool {
        !matches!(self.proof, Proof::Anyone | Proof::Turnstile(_))
    }

    /// Whether it has claims, so that `{claim.name}` has a value.
    pub(crate) const fn has_claims(&self) -> bool {
        matches!(self.proof, Proof::Jwt(_) | Proof::Access(_) | Proof::Ticket(_))
    }

    /// The challenge, if it is one.
    pub(crate) const fn turnstile(&self) -> Option<&Turnstile> {
        match &self.proof {
            Proof::Turnstile(turnstile) => Some(turnstile),
            _ => None,
        }
    }

    /// The header that it comes in, if it is one of its own.
    pub(crate) const fn header(&self) -> Option<&'static str> {
        match self.proof {
            Proof::Access(_) => Some("cf-access-jwt-assertion"),
            Proof::Turnstile(_) => Some("turnstile-token"),
            Proof::Anyone | Proof::Bearer(_) | Proof::Jwt(_) | Proof::Ticket(_) => None,
        }
    }

    /// The secrets any of which it needs.
    pub(crate) fn secrets(&self) -> &[SecretName] {
        let names = match &self.proof {
            Proof::Anyone => None,
            Proof::Bearer(names) => Some(names),
            Proof::Jwt(jwt) | Proof::Access(jwt) | Proof::Ticket(jwt) => jwt.secrets(),
            Proof::Turnstile(turnstile) => Some(turnstile.secrets()),
        };
        names.map(SecretNames::as_slice).unwrap_or_default()
    }
}
