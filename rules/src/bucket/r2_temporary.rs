//! R2's temporary credentials, derived from a key without a request to R2.
//!
//! The session token contains a JSON Web Token that the key's secret signs. It names the bucket, the actions and the keys, and R2
//! refuses everything else. **The secret of the derived credentials is a hash of that token.** So whoever sees the token, as in a
//! link, can sign whatever the token permits, with other headers and parameters than the link has.
//!
//! Spec: <https://developers.cloudflare.com/r2/api/s3/temporary-credentials/>,
//! <https://developers.cloudflare.com/r2/examples/authenticate-r2-temp-credentials/>

mod account;
pub(crate) mod action;

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::Serialize;
use signer::{Credentials, Payload, UnixTime};
use zeroize::Zeroizing;

use self::action::{Action, Scope};
use crate::issuer::unsigned;
use crate::sts::Issued;

pub(crate) use self::account::Account;

/// What derived credentials permit, and how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Restriction<'a> {
    /// The bucket's name at R2.
    pub(crate) bucket: &'a str,
    pub(crate) actions: &'a [Action],
    pub(crate) keys: Keys<'a>,
    pub(crate) from: UnixTime,
    /// At most 7 days later.
    ///
    /// Spec: <https://developers.cloudflare.com/api/resources/r2/subresources/temporary_credentials/methods/create/>
    pub(crate) until: UnixTime,
}

/// The keys of the objects that derived credentials may be used for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Keys<'a> {
    /// This key.
    Of(&'a str),
    /// All that begin with this, such as `users/ada/`.
    Prefix(&'a str),
}

/// The header of the token. Its members are in the order of the documented example, as those of the claims are.
#[derive(Serialize)]
struct Header {
    alg: &'static str,
    typ: &'static str,
}

#[derive(Serialize)]
struct Claims<'a> {
    bucket: &'a str,
    scope: Scope,
    actions: &'a [Action],
    paths: Paths<'a>,
    sub: &'a str,
    iss: &'a str,
    aud: &'a str,
    iat: u64,
    exp: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Paths<'a> {
    prefix_paths: &'a [&'a str],
    object_paths: &'a [&'a str],
}

impl Account {
    /// Derives credentials from a key of the account. The same arguments result in the same credentials.
    pub(crate) fn derive(&self, key: &Credentials, restriction: &Restriction<'_>) -> Credentials {
        let Issued { access_key_id, secret_access_key, session_token, .. } =
            self.issue(key, restriction);
        Credentials::new(access_key_id, &**secret_access_key).with_session_token(&**session_token)
    }

    /// Derives credentials in their parts, for a caller that gets them.
    pub(crate) fn issue(&self, key: &Credentials, restriction: &Restriction<'_>) -> Issued {
        let Restriction { bucket, actions, keys, from, until } = *restriction;
        let (prefixes, objects): (&[&str], &[&str]) = match &keys {
            Keys::Of(key) => (&[], core::slice::from_ref(key)),
            Keys::Prefix(prefix) => (core::slice::from_ref(prefix), &[]),
        };
        let claims = Claims {
            bucket,
            scope: Scope::of(actions),
            actions,
            paths: Paths { prefix_paths: prefixes, object_paths: objects },
            sub: self.id(),
            iss: key.access_key_id(),
            aud: self.host(),
            iat: from.as_secs(),
            exp: until.as_secs(),
        };
        let unsigned = unsigned(&Header { alg: "HS256", typ: "JWT" }, &claims);
        let signature = BASE64_URL_SAFE_NO_PAD.encode(key.hmac_sha256(unsigned.as_bytes()));
        let token = Zeroizing::new([unsigned.as_str(), ".", &signature].concat());
        // The hash in hexadecimal digits, as requests name the hash of their body.
        let secret_access_key = Zeroizing::new(Payload::of(token.as_bytes()).to_string());
        let session_token = BASE64_STANDARD.encode(["jwt/", token.as_str()].concat());
        Issued {
            access_key_id: key.access_key_id().to_owned(),
            secret_access_key,
            session_token: Zeroizing::new(session_token),
            expiration: until,
        }
    }
}

#[cfg(test)]
mod tests;
