//! The keys that verify the tokens of one kind of caller.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;
use signer::HttpUrl;
use zeroize::Zeroizing;

use crate::callers::context::Attempt;
use crate::callers::token_fault::TokenFault;
use crate::callers::tokens::algorithm::Algorithm;
use crate::callers::tokens::jwk::{Jwk, KeySet, MAX_KEYS};
use crate::callers::tokens::key_cache::{Find, NOT_PUBLISHED};
use crate::callers::tokens::token::UnverifiedToken;
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::reader::{ConfigValue, TableReader};
use crate::denial::{Denial, token_refused};
use crate::effect::Effect;
use crate::effect::blocked::Blocked;
use crate::effect::results::EffectResult;
use crate::secret::Secrets;
use crate::secret_format::SecretFormat;
use crate::secret_name::SecretName;
use crate::secret_names::SecretNames;

/// Shortest HS256 secret accepted, in bytes: the length of its hash, as RFC 7518 requires.
const MIN_SECRET_LEN: usize = 32;

const WRONG_SIGNATURE: Denial = token_refused(TokenFault::Signature, "has an invalid signature");

/// Keys that verify tokens: secrets only HS256, public keys only the other algorithms, so no public key is used as a secret.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Keys {
    /// Secrets of the environment.
    Secrets(SecretNames),
    /// Public keys in the configuration.
    Inline(KeySet),
    /// The URL of the issuer's public keys.
    Url(String),
}

impl Keys {
    pub(crate) const SECRET: SecretFormat = SecretFormat::KEY.of_at_least(MIN_SECRET_LEN);

    /// Reads `jwks`, `keys` or `secret`, exactly one of them.
    pub(crate) fn parse(table: &mut TableReader<'_>) -> Result<Self, ConfigError> {
        const URL: &str = r#"a URL such as "https://login.example.com/.well-known/jwks.json""#;
        const SET: &str = r#"public keys such as { keys = [{ kty = "EC", crv = "P-256", kid = "1", x = "...", y = "..." }] }, without any private part"#;
        let (url, set) = (table.optional("jwks"), table.optional("keys"));
        match (url, set, table.has("secret")) {
            (Some(url), None, false) => {
                url.parsed(URL, |url| is_safe(url).then(|| url.into())).map(Self::Url)
            }
            // The error does not repeat the value, which might be a private key.
            (None, Some(set), false) => inline(&set)
                .map(Self::Inline)
                .ok_or_else(|| set.problem(&format!("expected {SET}"))),
            (None, None, true) => SecretNames::parse(table).map(Self::Secrets),
            _ => Err(table
                .problem("expected exactly one of jwks, keys, secret")
                .with_kind(ConfigErrorKind::NotExactlyOne)),
        }
    }

    pub(crate) fn secrets(&self) -> &[SecretName] {
        match self {
            Self::Secrets(names) => names.as_slice(),
            Self::Inline(_) | Self::Url(_) => &[],
        }
    }

    /// Refuses an algorithm that these keys cannot verify.
    pub(crate) fn check_algorithm(&self, algorithm: Algorithm) -> Result<(), Denial> {
        match (self, algorithm) {
            (Self::Secrets(_), Algorithm::Hs256) => Ok(()),
            (Self::Inline(_) | Self::Url(_), algorithm) if algorithm != Algorithm::Hs256 => Ok(()),
            _ => Err(token_refused(
                TokenFault::Algorithm,
                "has an `alg` that this caller does not use",
            )),
        }
    }

    /// Verifies the signature of a token.
    pub(crate) fn verify(
        &self,
        token: &UnverifiedToken,
        attempt: &Attempt<'_>,
    ) -> Result<(), Blocked<Denial>> {
        let context = attempt.context;
        let key = match self {
            Self::Secrets(names) => return verify_hmac(names, token, attempt.secrets),
            Self::Inline(set) => {
                set.find(token.key_id.as_deref(), token.algorithm).cloned().ok_or(NOT_PUBLISHED)?
            }
            Self::Url(url) => {
                let id = token.key_id.as_deref();
                let mut cache = context.key_cache.borrow_mut();
                let find = Find { entry: attempt.entry, url, id, algorithm: token.algorithm };
                cache.find(find, context.results, context.now)?
            }
        };
        match context.results.require(verification(&key, token))? {
            EffectResult::Yes => Ok(()),
            _ => Err(WRONG_SIGNATURE.into()),
        }
    }
}

fn verification(key: &Jwk, token: &UnverifiedToken) -> Effect {
    Effect::Verify {
        algorithm: token.algorithm.name(),
        jwk: key.to_json(),
        data: token.signed.clone(),
        signature: Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(&*token.signature)),
    }
}

/// Verifies with every secret, in constant time.
fn verify_hmac(
    names: &SecretNames,
    token: &UnverifiedToken,
    secrets: &Secrets,
) -> Result<(), Blocked<Denial>> {
    let mut is_valid = false;
    for secret in names.values(secrets, Keys::SECRET)? {
        let key = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
            .expect("HMAC takes a key of any length");
        is_valid |=
            key.chain_update(token.signed.as_bytes()).verify_slice(&token.signature).is_ok();
    }
    if is_valid { Ok(()) } else { Err(WRONG_SIGNATURE.into()) }
}

/// Reads a key set of which some key can be used, unless it has private parts: everybody who can open the dashboard can read
/// a variable.
fn inline(entry: &ConfigValue<'_>) -> Option<KeySet> {
    let set = entry.value.as_object()?;
    let private = |key: &Value| key.get("d").is_some() || key.get("k").is_some();
    let keys = set.get("keys")?.as_array()?;
    if keys.iter().any(private) || keys.len() > MAX_KEYS {
        return None;
    }
    KeySet::from_object(set).filter(KeySet::is_usable)
}

/// Returns whether a URL uses HTTPS, or HTTP to the same machine. `@` may be in the path, as in that of Firebase's keys, but
/// not in the authority, where a user name before it looks like the host.
pub(crate) fn is_safe(url: &str) -> bool {
    let plain = url.bytes().all(|b| b.is_ascii_graphic()) && !url.contains(['#', '\\']);
    let is_local = |url: &HttpUrl<'_>| matches!(url.host(), "localhost" | "127.0.0.1");
    plain
        && HttpUrl::parse(url)
            .is_some_and(|url| !url.authority().contains('@') && (url.is_https() || is_local(&url)))
}
