//! The issuer: the name and the keys with which Signpost signs tokens that others verify.

mod certificates;
mod discovery;
mod entry;
mod private_jwk;
mod token;

use signer::Expires;

use crate::secret_name::SecretName;
use crate::secret_names::SecretNames;

pub(crate) use self::entry::VARIABLE;
pub(crate) use self::private_jwk::PrivateJwk;
use self::token::ID_TOKEN_ALGORITHMS;
pub(crate) use self::token::unsigned;

/// The issuer of Signpost's own tokens, the table `ISSUER`.
#[derive(Clone, Debug)]
pub(crate) struct Issuer {
    /// The claim `iss`.
    url: String,
    /// The first that is set signs. The public keys of all are published.
    keys: SecretNames,
    receipt_expires: Expires,
}

impl Issuer {
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) const fn receipt_expires(&self) -> Expires {
        self.receipt_expires
    }

    pub(crate) fn secrets(&self) -> &[SecretName] {
        self.keys.as_slice()
    }
}
