//! JSON Web Keys: the public keys of an issuer.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc7517>

use serde_json::{Map, Value};

use crate::callers::tokens::algorithm::Algorithm;
use crate::strict_json;

/// Most keys that are read from one set.
const MAX_KEYS: usize = 64;

/// A public key. It has only the members that verification needs, so a private part is dropped.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Jwk {
    id: Option<String>,
    algorithm: Option<String>,
    members: Map<String, Value>,
}

/// The members of public keys.
const PUBLIC: [&str; 6] = ["kty", "crv", "n", "e", "x", "y"];

impl Jwk {
    /// Reads a key for signatures; returns `None` for other keys, which a set may contain.
    fn parse(value: &Value) -> Option<Self> {
        let object = value.as_object()?;
        let text = |name| object.get(name).map(|value| value.as_str().map(str::to_owned));
        let can_verify = match object.get("key_ops") {
            None => true,
            Some(operations) => {
                operations.as_array()?.iter().any(|operation| operation == "verify")
            }
        };
        let is_for_signatures = text("use").is_none_or(|purpose| purpose.as_deref() == Some("sig"));
        // A symmetric key in a public set would let everybody sign.
        if !can_verify || !is_for_signatures || object.get("kty")?.as_str()? == "oct" {
            return None;
        }
        let member = |name: &&str| Some(((*name).into(), object.get(*name)?.clone()));
        let members = PUBLIC.iter().filter_map(member).collect();
        Some(Self { id: text("kid").flatten(), algorithm: text("alg").flatten(), members })
    }

    /// Returns whether the key can verify signatures of an algorithm.
    fn fits(&self, algorithm: Algorithm) -> bool {
        let (key_type, curve) = algorithm.key_type();
        let member = |name: &str| self.members.get(name).and_then(Value::as_str);
        member("kty") == Some(key_type)
            && curve.is_none_or(|curve| member("crv") == Some(curve))
            && self.algorithm.as_deref().is_none_or(|name| Algorithm::named(name) == Some(algorithm))
            // RFC 7518 requires 2048 bits: 342 characters of base64url.
            && (key_type != "RSA" || member("n").is_some_and(|modulus| modulus.len() >= 342))
    }

    /// Returns the key as JSON.
    pub(crate) fn to_json(&self) -> String {
        Value::Object(self.members.clone()).to_string()
    }
}

/// The public keys of an issuer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct KeySet(Vec<Jwk>);

impl KeySet {
    /// Reads `{"keys":[...]}`; returns `None` for anything else, and for a set without a key for signatures.
    pub(crate) fn parse(json: &[u8]) -> Option<Self> {
        Self::from_object(&strict_json::object(json)?)
    }

    pub(crate) fn from_object(set: &Map<String, Value>) -> Option<Self> {
        let keys = set.get("keys")?.as_array()?;
        let keys: Vec<_> = keys.iter().take(MAX_KEYS).filter_map(Jwk::parse).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// Finds the key with this ID; without an ID, the only key for the algorithm.
    pub(crate) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Option<&Jwk> {
        let mut fitting = self.0.iter().filter(|key| key.fits(algorithm));
        match id {
            Some(id) => fitting.find(|key| key.id.as_deref() == Some(id)),
            None => fitting.next().filter(|_| fitting.next().is_none()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(keys: &str) -> Option<KeySet> {
        KeySet::parse(format!(r#"{{"keys":[{keys}]}}"#).as_bytes())
    }

    #[test]
    fn finds_a_key_by_name_and_algorithm() {
        let set = set(r#"{"kty":"EC","crv":"P-256","kid":"a","x":"","y":"","d":"private"},{"kty":"OKP","crv":"Ed25519","kid":"b","x":""}"#).unwrap();
        let key = set.find(Some("a"), Algorithm::Es256).unwrap();
        assert!(!key.to_json().contains("private"));
        assert_eq!(set.find(None, Algorithm::Es256), Some(key));
        for (id, algorithm) in [
            (Some("b"), Algorithm::Es256),
            (Some("c"), Algorithm::Es256),
            (None, Algorithm::Rs256),
            (None, Algorithm::Hs256),
        ] {
            assert_eq!(set.find(id, algorithm), None);
        }
    }

    #[test]
    fn takes_no_key_for_another_purpose() {
        for unfit in [
            r#"{"kty":"oct","k":"c2VjcmV0"}"#,
            r#"{"kty":"EC","crv":"P-256","use":"enc"}"#,
            r#"{"kty":"EC","crv":"P-256","key_ops":["sign"]}"#,
            r#"{"kty":"EC","crv":"P-256","use":1}"#,
            r#""EC""#,
            "",
        ] {
            assert_eq!(set(unfit), None, "{unfit}");
        }
        let other =
            set(r#"{"kty":"EC","crv":"P-256","alg":"ES384"},{"kty":"RSA","n":"short"}"#).unwrap();
        assert_eq!(other.find(None, Algorithm::Es256), None);
        assert_eq!(other.find(None, Algorithm::Rs256), None);
        let two = set(r#"{"kty":"EC","crv":"P-256"},{"kty":"EC","crv":"P-256"}"#).unwrap();
        assert_eq!(two.find(None, Algorithm::Es256), None, "without an ID, two keys are ambiguous");
    }
}
