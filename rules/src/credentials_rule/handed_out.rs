//! Credentials that a caller gets.

use core::fmt;

use signer::UnixTime;
use zeroize::Zeroizing;

/// Temporary credentials for one prefix, and where to use them.
pub struct HandedOut<'g> {
    /// The public id.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: Zeroizing<String>,
    /// The session token.
    pub session_token: Zeroizing<String>,
    /// When they end, as their provider says.
    pub expiration: UnixTime,
    /// The bucket's name at its provider.
    pub bucket: &'g str,
    /// The bucket's region.
    pub region: &'g str,
    /// The provider's URL.
    pub endpoint: &'g str,
    /// The bucket's URL, without a slash at its end.
    pub url: String,
    /// The prefix of the keys, which ends with a slash.
    pub prefix: &'g str,
}

impl HandedOut<'_> {
    /// Returns whether no part has a character that a shell or a file of variables reads in a way of its own.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"+/=._~:-".contains(&b);
        [&self.access_key_id, &*self.secret_access_key, &*self.session_token]
            .into_iter()
            .all(|part| part.bytes().all(is_plain))
    }
}

/// Shows neither the secret nor the token.
impl fmt::Debug for HandedOut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandedOut").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
