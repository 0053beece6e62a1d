//! Callers with a JSON Web Token: of an issuer, of Cloudflare Access, or a ticket.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use signer::HttpUrl;

use super::algorithm::Algorithm;
use super::claim_rules::ClaimRules;
use super::jwk::{Jwk, KeySet};
use super::ticket::Ticket;
use super::token::UnverifiedToken;
use crate::callers::context::AuthContext;
use crate::config::reader::{ConfigValue, TableReader};
use crate::denial::refused;
use crate::secret_names::SecretNames;
use crate::{
    Blocked, Caller, ConfigError, ConfigErrorKind, Denial, Effect, EffectResult, Secret, Secrets,
};

/// Shortest HS256 secret taken, in bytes: as long as its hash, as RFC 7518 asks.
const MIN_SECRET_LEN: usize = 32;

/// How tokens of one kind are verified, and what they must claim.
#[derive(Clone, Debug)]
pub(crate) struct Jwt {
    keys: Keys,
    claims: Claims,
}

/// With what: secrets only for HS256, key sets only for the others, so that no public key is ever taken for a secret.
#[derive(Clone, Debug)]
enum Keys {
    Secrets(SecretNames),
    Inline(KeySet),
    Url(String),
}

#[derive(Clone, Debug)]
enum Claims {
    Issued(ClaimRules),
    Ticket,
}

impl Jwt {
    /// An entry of kind `jwt`.
    pub(crate) fn parse(table: &mut TableReader<'_>) -> Result<Self, ConfigError> {
        Ok(Self { keys: keys(table)?, claims: Claims::Issued(ClaimRules::parse(table)?) })
    }

    /// An entry of kind `access`.
    pub(crate) fn parse_access(table: &mut TableReader<'_>) -> Result<Self, ConfigError> {
        const TEAM: &str = r#"a team domain such as "acme.cloudflareaccess.com""#;
        let team = table.required("team", TEAM)?.parsed(TEAM, |team| {
            let name = team.strip_suffix(".cloudflareaccess.com")?;
            let label = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-');
            (!name.is_empty() && name.bytes().all(label)).then(|| format!("https://{team}"))
        })?;
        let keys = Keys::Url(format!("{team}/cdn-cgi/access/certs"));
        Ok(Self { keys, claims: Claims::Issued(ClaimRules::with_issuer(team, table)?) })
    }

    /// An entry of kind `ticket`.
    pub(crate) fn parse_ticket(table: &mut TableReader<'_>) -> Result<Self, ConfigError> {
        Ok(Self { keys: Keys::Secrets(SecretNames::parse(table)?), claims: Claims::Ticket })
    }

    pub(crate) const fn secrets(&self) -> Option<&SecretNames> {
        match &self.keys {
            Keys::Secrets(names) => Some(names),
            Keys::Inline(_) | Keys::Url(_) => None,
        }
    }

    /// Finds out who presents `token` to `rule`. What is cheap to refuse is refused before any key is fetched.
    #[inline(never)] // V8 compiles whole functions: what is rare is one of its own
    pub(crate) fn check(
        &self,
        rule: &str,
        token: &Secret,
        context: &AuthContext<'_>,
        secrets: &Secrets,
    ) -> Result<Caller, Blocked<Denial>> {
        let token = UnverifiedToken::parse(token)?;
        match (&self.keys, token.algorithm) {
            (Keys::Secrets(_), Algorithm::Hs256) => {}
            (Keys::Secrets(_), _) | (_, Algorithm::Hs256) => {
                return Err(refused("has another `alg` than this caller's").into());
            }
            _ => {}
        }
        // Believed only once the signature is verified below; until then it can but be refused.
        let caller = match &self.claims {
            Claims::Issued(rules) => {
                let subject = rules.check(&token.claims, context.now)?;
                Ok(Caller::with_claims(subject, token.claims.clone()))
            }
            Claims::Ticket => Ticket::check(rule, &token.claims, context.now),
        };
        self.verify(&token, context, secrets)?;
        Ok(caller?)
    }

    fn verify(
        &self,
        token: &UnverifiedToken,
        context: &AuthContext<'_>,
        secrets: &Secrets,
    ) -> Result<(), Blocked<Denial>> {
        let key = match &self.keys {
            Keys::Secrets(names) => return verify_hmac(names, token, secrets),
            Keys::Inline(set) => set
                .find(token.key_id.as_deref(), token.algorithm)
                .cloned()
                .ok_or(refused("is signed with a key that its issuer does not publish"))?,
            Keys::Url(url) => {
                let mut cache = context.key_cache.borrow_mut();
                cache.find(
                    url,
                    token.key_id.as_deref(),
                    token.algorithm,
                    context.results,
                    context.now,
                )?
            }
        };
        match context.results.require(verification(&key, token))? {
            EffectResult::Yes => Ok(()),
            _ => Err(refused("has a signature that does not fit").into()),
        }
    }
}

fn verification(key: &Jwk, token: &UnverifiedToken) -> Effect {
    Effect::Verify {
        algorithm: token.algorithm.name(),
        jwk: key.to_json(),
        data: token.signed.as_str().into(),
        signature: BASE64_URL_SAFE_NO_PAD.encode(&token.signature),
    }
}

/// Compares with every secret, in constant time.
fn verify_hmac(
    names: &SecretNames,
    token: &UnverifiedToken,
    secrets: &Secrets,
) -> Result<(), Blocked<Denial>> {
    let mut good = false;
    for secret in names.values(secrets, MIN_SECRET_LEN)? {
        let key = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
            .expect("HMAC takes a key of any length");
        good |= key.chain_update(token.signed.as_bytes()).verify_slice(&token.signature).is_ok();
    }
    if good { Ok(()) } else { Err(refused("has a signature that does not fit").into()) }
}

fn keys(table: &mut TableReader<'_>) -> Result<Keys, ConfigError> {
    const URL: &str = r#"a URL such as "https://login.example.com/.well-known/jwks.json""#;
    const SET: &str = r#"public keys such as { keys = [{ kty = "EC", crv = "P-256", kid = "1", x = "...", y = "..." }] }"#;
    let (url, set) = (table.optional("jwks"), table.optional("keys"));
    let given =
        [url.is_some(), set.is_some(), table.has("secret")].iter().filter(|given| **given).count();
    if given != 1 {
        let error = table.problem("expected one of jwks, keys, secret");
        return Err(error.with_kind(ConfigErrorKind::NotExactlyOne));
    }
    if let Some(entry) = url {
        return entry.parsed(URL, |url| is_safe(url).then(|| url.into())).map(Keys::Url);
    }
    let Some(entry) = set else { return SecretNames::parse(table).map(Keys::Secrets) };
    inline(&entry)
        .map(Keys::Inline)
        .ok_or_else(|| entry.problem(&format!("expected {SET}, without any private part")))
}

/// An inline set. A private part does not belong into a variable, which anybody with a look at the dashboard reads.
fn inline(entry: &ConfigValue<'_>) -> Option<KeySet> {
    let set = entry.value.as_object()?;
    let private = |key: &serde_json::Value| key.get("d").is_some() || key.get("k").is_some();
    if set.get("keys")?.as_array()?.iter().any(private) {
        return None;
    }
    KeySet::from_object(set)
}

/// HTTPS; plain HTTP only to this very machine, where nobody listens in.
fn is_safe(url: &str) -> bool {
    let plain = url.bytes().all(|b| b.is_ascii_graphic()) && !url.contains(['@', '#', '\\']);
    let is_local = |url: &HttpUrl<'_>| matches!(url.host(), "localhost" | "127.0.0.1");
    plain && HttpUrl::parse(url).is_some_and(|url| url.is_https() || is_local(&url))
}
