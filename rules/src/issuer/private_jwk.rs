//! Private keys as JWKs.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc7517>, <https://www.rfc-editor.org/rfc/rfc7638>

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::certificates::{self, Certificates};
use crate::callers::tokens::algorithm::Algorithm;
use crate::callers::tokens::jwk::{KeyType, public_members};
use crate::strict_json;

/// The members of a private key that the public one lacks, for each type of key.
const RSA: &[&str] = &["d", "p", "q", "dp", "dq", "qi"];
const CURVE: &[&str] = &["d"];

/// Longest `kid` accepted, in bytes.
const MAX_ID: usize = 128;

/// A private key that can sign.
pub(crate) struct PrivateJwk {
    pub(crate) algorithm: Algorithm,
    pub(crate) id: String,
    public: Map<String, Value>,
    /// The key as JSON, with no more members than it needs to be imported.
    pub(crate) json: Zeroizing<String>,
}

impl PrivateJwk {
    /// Reads a key; returns `None` if it is not one, is not private, or is too weak.
    #[inline(never)] // it has several callers, none of which is hot
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let object = strict_json::object(text.as_bytes())?;
        let public = public_members(&object);
        let (algorithm, private, identifying): (_, _, &[&str]) = match KeyType::of(&public)? {
            KeyType::Rsa => (Algorithm::Rs256, RSA, &["n"]),
            KeyType::P256 => (Algorithm::Es256, CURVE, &["x", "y"]),
            KeyType::Ed25519 => (Algorithm::EdDsa, CURVE, &["x"]),
        };
        let declared = object.get("alg").map(|name| name.as_str().and_then(Algorithm::named));
        if declared.is_some_and(|declared| declared != Some(algorithm)) {
            return None;
        }
        let mut members = public.clone();
        let mut private_bytes = Zeroizing::new(Vec::new());
        for name in private {
            let number = object.get(*name)?;
            private_bytes.push(bytes(number).filter(|bytes| !bytes.is_empty())?);
            members.insert((*name).to_owned(), number.clone());
        }
        let certificates = object.get(certificates::MEMBER);
        if let Some(certificates) = certificates {
            let public_bytes: Option<Vec<_>> =
                identifying.iter().map(|name| bytes(public.get(*name)?)).collect();
            let certificates = Certificates::parse(certificates)?;
            if !certificates.are_of(&public_bytes?.concat(), &private_bytes) {
                return None;
            }
        }
        let id = match object.get("kid") {
            Some(id) => id.as_str().filter(|id| (1..=MAX_ID).contains(&id.len()))?.to_owned(),
            None => thumbprint(&public),
        };
        let mut public = public;
        if let Some(certificates) = certificates {
            public.insert(certificates::MEMBER.to_owned(), certificates.clone());
        }
        Some(Self {
            algorithm,
            id,
            public,
            json: Zeroizing::new(Value::Object(members).to_string()),
        })
    }

    /// Returns the public key, for a key set.
    pub(crate) fn public(&self) -> Value {
        let mut members = self.public.clone();
        members.insert("kid".into(), self.id.clone().into());
        members.insert("alg".into(), self.algorithm.name().into());
        members.insert("use".into(), "sig".into());
        Value::Object(members)
    }
}

/// Returns the bytes of a number.
fn bytes(number: &Value) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(number.as_str()?).ok()
}

/// Returns the thumbprint of a public key: a map of JSON is sorted by name, as the thumbprint requires.
fn thumbprint(public: &Map<String, Value>) -> String {
    let json = serde_json::to_vec(public).expect("texts are JSON");
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(json))
}
