//! Authorities: who makes sure that a name belongs to one caller only.
//!
//! Names of different authorities can be equal and mean different callers: a bearer entry `site`, and a user `site` of an
//! issuer. A key that contains only the name would give each of them the other's objects.

use crate::callers::tokens::keys::Keys;

/// Who gives the callers of an entry their names and claims.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Authority<'a> {
    /// The configuration: callers are named after their entries, and no two entries have the same name.
    Configuration,
    /// An issuer of tokens.
    Issuer {
        /// The values of `iss`: one, or the spellings of one issuer.
        names: &'a [String],
        /// The keys that sign. Whoever has one can write any `iss`, so entries with different keys have different issuers.
        keys: &'a Keys,
        /// The claim that names the caller; `None` if only the claims matter. Users may choose the value of one claim, and
        /// choose another user's value of another claim.
        subject: Option<&'a str>,
    },
    /// A back end that signs tickets with these secrets.
    BackEnd(&'a Keys),
    /// The Worker that mounts Signpost, or calls it.
    Worker,
}

impl Authority<'_> {
    /// Returns the authority for claims, which does not depend on the claim that names the caller.
    pub(crate) const fn for_claims(self) -> Self {
        match self {
            Self::Issuer { names, keys, .. } => Self::Issuer { names, keys, subject: None },
            Self::Configuration | Self::BackEnd(_) | Self::Worker => self,
        }
    }
}
