//! Access keys.

use alloc::string::String;
use core::fmt;

use hmac::Mac as _;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::dialect::Dialect;
use crate::mac;

/// An access key: its public id, its secret and, if it is temporary, its session token.
///
/// `Debug` hides the secret and the token. Both are wiped when dropped.
///
/// ```
/// use signer::Credentials;
///
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret").with_session_token("token");
/// assert_eq!(format!("{credentials:?}"), r#"Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE", .. }"#);
/// ```
#[derive(Clone)]
pub struct Credentials {
    access_key_id: String,
    secret_access_key: Zeroizing<String>,
    session_token: Option<Zeroizing<String>>,
}

impl Credentials {
    /// An access key id and its secret.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            secret_access_key: Zeroizing::new(secret_access_key.into()),
            session_token: None,
        }
    }

    /// Adds the session token of temporary credentials.
    #[must_use]
    pub fn with_session_token(self, session_token: impl Into<String>) -> Self {
        Self { session_token: Some(Zeroizing::new(session_token.into())), ..self }
    }

    /// The public id, which every signature names.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The HMAC-SHA256 of a text with the secret itself as key, for a token that the provider verifies, such as those of R2.
    ///
    /// Spec: <https://developers.cloudflare.com/r2/api/s3/temporary-credentials/>
    ///
    /// ```
    /// use signer::Credentials;
    ///
    /// let mac = Credentials::new("AKIAIOSFODNN7EXAMPLE", "Jefe").hmac_sha256(b"what do ya want for nothing?");
    /// assert_eq!(mac[..4], [0x5b, 0xdc, 0xc1, 0x46], "RFC 4231, test case 2");
    /// ```
    #[must_use]
    pub fn hmac_sha256(&self, text: &[u8]) -> [u8; 32] {
        let mac = mac::keyed::<Sha256>(self.secret_access_key.as_bytes());
        mac.chain_update(text).finalize().into_bytes().into()
    }

    /// Whether all parts are equal. Not in constant time: do not compare values that a client sent.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        self.access_key_id == other.access_key_id
            && self.secret_access_key == other.secret_access_key
            && self.session_token == other.session_token
    }

    pub(crate) fn secret_access_key(&self) -> &str {
        &self.secret_access_key
    }

    /// The session token, if the dialect has one.
    pub(crate) fn session_token_in(&self, dialect: Dialect) -> Option<&str> {
        match dialect {
            Dialect::Amazon => self.session_token.as_ref().map(|token| token.as_str()),
            Dialect::Google => None,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_and_session_token_are_wiped_when_dropped() {
        const fn wiped<T: zeroize::ZeroizeOnDrop>(_: &T) {}
        let credentials =
            Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret").with_session_token("token");
        let Credentials { access_key_id: _, secret_access_key, session_token } = &credentials;
        wiped(secret_access_key);
        session_token.iter().for_each(wiped);
    }
}
