//! Sessions in a signed cookie: `base64url(payload) "." base64url(HMAC-SHA256(SESSION_KEY, base64url(payload)))`.
//!
//! The payload is JSON: `{"user":"ada","expires":1767225600}`. Whoever signs the user in makes the cookie, with the same key.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use cookie::Cookie;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;
use signpost::NamedCaller;
use worker::{Date, Env, Error, Request};

/// Browsers accept a cookie with this prefix only from this host itself, over HTTPS.
const COOKIE: &str = "__Host-session";

/// Shortest key, in bytes: as long as the signature.
const MIN_KEY_LEN: usize = 32;

#[derive(Deserialize)]
struct Session {
    user: String,
    /// In seconds since 1970.
    expires: u64,
}

/// Names the callers of kind `worker`: whoever has a session. A cookie that is forged or has expired is nobody's.
pub(crate) async fn user(request: &Request, env: &Env) -> worker::Result<Option<NamedCaller>> {
    let key = env.secret("SESSION_KEY")?.to_string();
    if key.len() < MIN_KEY_LEN {
        return Err(Error::RustError(format!("SESSION_KEY has less than {MIN_KEY_LEN} bytes")));
    }
    let header = request.headers().get("cookie")?.unwrap_or_default();
    let mut cookies = Cookie::split_parse(header).filter_map(Result::ok);
    let cookie = cookies.find(|cookie| cookie.name() == COOKIE);
    let session = cookie.and_then(|cookie| open(cookie.value(), key.as_bytes()));
    Ok(session
        .filter(|session| now() < session.expires)
        .map(|session| NamedCaller::new(session.user)))
}

/// Returns the session if the signature is right. `verify_slice` compares in constant time.
fn open(value: &str, key: &[u8]) -> Option<Session> {
    let (payload, signature) = value.split_once('.')?;
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(payload.as_bytes());
    mac.verify_slice(&BASE64.decode(signature).ok()?).ok()?;
    serde_json::from_slice(&BASE64.decode(payload).ok()?).ok()
}

fn now() -> u64 {
    Date::now().as_millis() / 1000
}
