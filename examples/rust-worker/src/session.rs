//! Sessions: a random name in a cookie. The KV namespace `SESSIONS` has the user of each.

use cookie::Cookie;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use worker::{Env, Request};

/// Browsers accept a cookie with this prefix only from this host itself, over HTTPS.
const COOKIE: &str = "__Host-session";

/// What the namespace has for a session.
#[derive(Deserialize)]
pub(crate) struct Session {
    /// The value of `{caller}`: one segment of a key.
    pub(crate) user: String,
    /// The value of `{claim.team}`.
    pub(crate) team: String,
}

/// Returns the session that the request's cookie names, or `None` if there is none or it has expired.
///
/// The namespace has only the SHA-256 of the cookie's value, so its contents let nobody in.
pub(crate) async fn find(request: &Request, env: &Env) -> worker::Result<Option<Session>> {
    let header = request.headers().get("cookie")?.unwrap_or_default();
    let mut cookies = Cookie::split_parse(header).filter_map(Result::ok);
    let Some(cookie) = cookies.find(|cookie| cookie.name() == COOKIE) else { return Ok(None) };
    let name = base16ct::lower::encode_string(&Sha256::digest(cookie.value()));
    Ok(env.kv("SESSIONS")?.get(&name).json().await?)
}
