//! The tokens of the issuer, and its key set.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc7519>, <https://www.rfc-editor.org/rfc/rfc7515>

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::Sha256;
use signer::Credentials;
use zeroize::Zeroizing;

use super::{Issuer, PrivateJwk};
use crate::callers::tokens::algorithm::Algorithm;
use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::effect::results::{EffectResult, Results};
use crate::effect::{Effect, UnsignedToken};
use crate::rules::Rules;
use crate::secret::{Secret, Secrets};

/// The `typ` of ID tokens.
const ID_TOKEN: &str = "JWT";

/// The algorithms of ID tokens. The verifiers of providers know them, and no other of ours.
pub(crate) const ID_TOKEN_ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::Rs256];

const ID_TOKEN_KEY: &str = "a private key as a JWK of the type EC (P-256) or RSA (from 2048 bits), since a bucket has `web_identity` and token services accept no other";

/// The header of a token. Its members are in alphabetical order.
#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    typ: &'a str,
}

impl Issuer {
    /// Checks that there is a key to sign with.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`], [`Denial::SecretTooShort`] or [`Denial::SecretMalformed`].
    pub(crate) fn check(&self, secrets: &Secrets) -> Result<(), Denial> {
        self.keys.values(secrets, Self::KEY).map(drop)
    }

    /// Returns an ID token before it is signed, and the first key that can sign it.
    ///
    /// # Errors
    ///
    /// As [`Issuer::check`]; [`Denial::SecretMalformed`] if no key is of a type that the verifiers of ID tokens accept.
    #[inline(never)] // keeps rare code out of the function that signs for every bucket
    pub(crate) fn id_token(
        &self,
        claims: &Value,
        secrets: &Secrets,
    ) -> Result<UnsignedToken, Denial> {
        let jwk = self.id_token_key(secrets)?;
        let header = Header { alg: jwk.algorithm.name(), kid: Some(&jwk.id), typ: ID_TOKEN };
        let data = Zeroizing::new(unsigned(&header, claims));
        Ok(UnsignedToken { algorithm: jwk.algorithm.name(), jwk: jwk.json, data })
    }

    /// Returns the first key that is set and can sign ID tokens.
    #[inline(never)]
    pub(crate) fn id_token_key(&self, secrets: &Secrets) -> Result<PrivateJwk, Denial> {
        let keys = self.keys.values(secrets, Self::KEY)?;
        let key = keys.iter().find_map(|secret| id_token_jwk(secret));
        key.ok_or_else(|| match self.keys.as_slice().iter().find(|name| secrets.contains(name)) {
            Some(name) => Denial::SecretMalformed { name: name.clone(), expected: ID_TOKEN_KEY },
            None => Denial::IssuerUnavailable,
        })
    }

    /// Returns what can seal states: one for each key that is set and can sign ID tokens. A shared secret cannot, since a server
    /// that only verifies receipts has it too. They stay the same as long as the keys do.
    #[inline(never)]
    pub(crate) fn sealing_keys(&self, secrets: &Secrets) -> Vec<Credentials> {
        let values = self.keys.as_slice().iter().filter_map(|name| secrets.optional(name));
        let values = values.filter(|secret| id_token_jwk(secret).is_some());
        values.map(|secret| Credentials::new("issuer", secret.expose())).collect()
    }

    /// Signs a token of this type with the first key that is set.
    ///
    /// # Errors
    ///
    /// As [`Issuer::check`]; [`Blocked::Pending`] if the platform must sign first, [`Denial::IssuerUnavailable`] if it cannot.
    pub(crate) fn sign(
        &self,
        token_type: &str,
        claims: &impl Serialize,
        secrets: &Secrets,
        results: &Results,
    ) -> Result<String, Blocked<Denial>> {
        let keys = self.keys.values(secrets, Self::KEY)?;
        let Some(secret) = keys.first() else { return Err(Denial::IssuerUnavailable.into()) };
        let Some(jwk) = PrivateJwk::parse(secret.expose()) else {
            let header = Header { alg: Algorithm::Hs256.name(), kid: None, typ: token_type };
            return Ok(sign_hmac(secret, &unsigned(&header, claims)));
        };
        let header = Header { alg: jwk.algorithm.name(), kid: Some(&jwk.id), typ: token_type };
        let effect = Effect::Sign {
            algorithm: jwk.algorithm.name(),
            jwk: jwk.json.clone(),
            data: Zeroizing::new(unsigned(&header, claims)),
        };
        match results.require(effect)? {
            EffectResult::Signed(token) => Ok(token.as_str().to_owned()),
            _ => Err(Denial::IssuerUnavailable.into()),
        }
    }
}

impl Rules {
    /// Returns the set of the issuer's public keys; `None` if the configuration has no `ISSUER`. Shared secrets are not in it.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`] and the like.
    pub fn key_set(&self, secrets: &Secrets) -> Result<Option<Value>, Denial> {
        let Some(issuer) = &self.issuer else { return Ok(None) };
        let keys = issuer.keys.values(secrets, Issuer::KEY)?;
        let keys = keys.iter().filter_map(|secret| PrivateJwk::parse(secret.expose()));
        let keys: Vec<_> = keys.map(|key| key.public()).collect();
        Ok(Some(json!({ "keys": keys })))
    }
}

/// Returns the private key in a secret, if it can sign ID tokens.
fn id_token_jwk(secret: &Secret) -> Option<PrivateJwk> {
    PrivateJwk::parse(secret.expose()).filter(|jwk| ID_TOKEN_ALGORITHMS.contains(&jwk.algorithm))
}

/// Returns a token without its signature.
pub(crate) fn unsigned(header: &impl Serialize, claims: &impl Serialize) -> String {
    let [header, claims] = [serde_json::to_vec(header), serde_json::to_vec(claims)]
        .map(|json| BASE64_URL_SAFE_NO_PAD.encode(json.expect("texts and numbers are JSON")));
    format!("{header}.{claims}")
}

fn sign_hmac(secret: &Secret, data: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
        .expect("HMAC takes a key of any length");
    let signature = mac.chain_update(data.as_bytes()).finalize().into_bytes();
    format!("{data}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

#[cfg(test)]
mod tests {
    use signer::Expires;

    use super::*;
    use crate::secret_name::SecretName;
    use crate::secret_names::SecretNames;

    /// The example of RFC 7517, appendix A.2.
    const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}"#;
    /// The example of RFC 8037, appendix A.1.
    const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    #[test]
    fn only_keys_that_sign_id_tokens_seal() {
        let expires = Expires::from_secs(3_600).unwrap();
        for (key, seals) in [(P256, 1), (ED25519, 0), ("a-shared-secret-of-at-least-32-bytes", 0)] {
            let keys = SecretNames::of("KEY");
            let url = "https://files.example.com".to_owned();
            let issuer = Issuer { url, keys, receipt_expires: expires };
            let mut secrets = Secrets::default();
            secrets.insert(SecretName::new("KEY").unwrap(), Secret::new(key));
            assert_eq!(issuer.sealing_keys(&secrets).len(), seals);
        }
    }
}
