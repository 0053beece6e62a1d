//! R2's session tokens, which say what they permit and contain the secret that signed the link.
//!
//! Spec: <https://developers.cloudflare.com/r2/api/s3/temporary-credentials/>

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::Deserialize;
use signer::{Credentials, Payload, UnixTime};

use crate::cause::{Cause, Code};
use crate::link::{Link, decode};

/// A token that could be decoded.
pub(crate) struct R2Token {
    text: String,
    jwt: String,
    claims: Claims,
}

#[derive(Deserialize)]
struct Claims {
    bucket: String,
    iss: String,
    aud: String,
    exp: u64,
    #[serde(default)]
    actions: Vec<String>,
    #[serde(default)]
    paths: Option<Paths>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paths {
    #[serde(default)]
    prefix_paths: Vec<String>,
    #[serde(default)]
    object_paths: Vec<String>,
}

impl R2Token {
    /// Decodes the session token of a link; `None` if it has none, or one of another provider.
    pub(crate) fn of(link: &Link) -> Option<Self> {
        let text = link.session_token()?;
        let decoded = String::from_utf8(BASE64_STANDARD.decode(&text).ok()?).ok()?;
        let jwt = decoded.strip_prefix("jwt/")?.to_owned();
        let [_, claims, _] = <[&str; 3]>::try_from(jwt.split('.').collect::<Vec<_>>()).ok()?;
        let claims = BASE64_URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
        let claims = serde_json::from_slice(&claims).ok()?;
        Some(Self { text, jwt, claims })
    }

    /// The credentials that the token belongs to.
    pub(crate) fn credentials(&self) -> Credentials {
        let secret = Payload::of(self.jwt.as_bytes()).to_string();
        Credentials::new(&*self.claims.iss, secret).with_session_token(&*self.text)
    }

    /// The causes for which R2 rejects a request that the token does not permit. `key` is the key that may have signed the token.
    pub(crate) fn causes(
        &self,
        link: &Link,
        method: Option<&str>,
        key: Option<&Credentials>,
        now: UnixTime,
    ) -> Vec<Cause> {
        let Claims { exp, aud, bucket, .. } = &self.claims;
        let end = UnixTime::from_secs(*exp);
        if now >= end {
            let message = format!("the session token expired at {end}");
            return vec![Cause::new(Code::Expired, message, "sign again, with a new token")];
        }
        let signed_by_other = key.is_some_and(|key| self.is_by_another_secret(key));
        let id = link.credential().map(|[id, ..]| id);
        let object = object(link, aud);
        let is_elsewhere = object.as_ref().is_none_or(|(found, _)| found != bucket);
        let is_other_object = object.as_ref().is_some_and(|(_, key)| !self.permits_key(key));
        [
            signed_by_other.then(wrong_secret),
            id.filter(|id| *id != self.claims.iss).map(|_| other("access key")),
            object.is_none().then(|| other("account or jurisdiction")),
            (object.is_some() && is_elsewhere).then(|| other("bucket")),
            (!is_elsewhere && is_other_object).then(|| other("object")),
            method.and_then(|method| self.other_action(link, method)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Whether the key has another secret than the one that signed the token; the token's own secret does not count.
    fn is_by_another_secret(&self, key: &Credentials) -> bool {
        let Some((signed, signature)) = self.jwt.rsplit_once('.') else { return false };
        let mac = BASE64_URL_SAFE_NO_PAD.encode(key.hmac_sha256(signed.as_bytes()));
        let is_own = key.hmac_sha256(b"") == self.credentials().hmac_sha256(b"");
        key.access_key_id() == self.claims.iss && mac != signature.trim_end_matches('=') && !is_own
    }

    fn permits_key(&self, key: &str) -> bool {
        let Some(Paths { prefix_paths, object_paths }) = &self.claims.paths else { return true };
        object_paths.iter().any(|object| object == key)
            || prefix_paths.iter().any(|prefix| key.starts_with(prefix))
    }

    fn other_action(&self, link: &Link, method: &str) -> Option<Cause> {
        let Claims { actions, .. } = &self.claims;
        let action = action(link, method)?;
        if actions.is_empty() || actions.iter().any(|permitted| permitted == action) {
            return None;
        }
        let message = format!("the session token does not permit {action}");
        Some(Cause::new(
            Code::NotAllowed,
            message,
            "sign a link for this request, with its own token",
        ))
    }
}

fn other(what: &str) -> Cause {
    let message = format!("the session token is for another {what} than the link");
    Cause::new(Code::NotAllowed, message, "sign a link for this request, with its own token")
}

fn wrong_secret() -> Cause {
    let message = "the session token was signed with another secret than this access key has";
    let hint =
        "configure the signer with the secret access key that was shown with this access key ID";
    Cause::new(Code::WrongSecret, message, hint)
}

/// The bucket and the key in a link to the host of an account, or to one of its buckets.
fn object(link: &Link, host: &str) -> Option<(String, String)> {
    let path = decode(&link.path);
    let path = path.strip_prefix('/').unwrap_or(&path);
    if link.host == host {
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        return Some((bucket.to_owned(), key.to_owned()));
    }
    let bucket = link.host.strip_suffix(host)?.strip_suffix('.')?;
    Some((bucket.to_owned(), path.to_owned()))
}

/// R2's name of an operation on one object; `None` for others.
fn action(link: &Link, method: &str) -> Option<&'static str> {
    let has = |name| link.decoded(name).is_some();
    let of_object = !has("uploadId") && !has("uploads");
    Some(match method {
        "GET" if of_object => "GetObject",
        "HEAD" if of_object => "HeadObject",
        "PUT" if of_object => "PutObject",
        "DELETE" if of_object => "DeleteObject",
        "PUT" => "UploadPart",
        _ => return None,
    })
}
