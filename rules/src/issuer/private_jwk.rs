//! Private keys as JWKs.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc7517>, <https://www.rfc-editor.org/rfc/rfc7638>

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::callers::tokens::algorithm::Algorithm;
use crate::callers::tokens::jwk::{KeyType, public_members};
use crate::strict_json;

/// The members of a private key that the public one lacks, for each type of key.
const RSA: &[&str] = &["d", "p", "q", "dp", "dq", "qi"];
const CURVE: &[&str] = &["d"];

/// Longest `kid` accepted, in bytes.
const MAX_ID: usize = 128;

/// The member with certificates of the public key, by which some servers verify: Ceph 16 knows no other key.
/// Spec: <https://www.rfc-editor.org/rfc/rfc7517#section-4.7>
const CERTIFICATES: &str = "x5c";
const MAX_CERTIFICATES: usize = 4;

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
        let (algorithm, private) = match KeyType::of(&public)? {
            KeyType::Rsa => (Algorithm::Rs256, RSA),
            KeyType::P256 => (Algorithm::Es256, CURVE),
            KeyType::Ed25519 => (Algorithm::EdDsa, CURVE),
        };
        let declared = object.get("alg").map(|name| name.as_str().and_then(Algorithm::named));
        if declared.is_some_and(|declared| declared != Some(algorithm)) {
            return None;
        }
        let certificates = object.get(CERTIFICATES);
        if !certificates.is_none_or(is_certificates) {
            return None;
        }
        let mut members = public.clone();
        for name in private {
            let number = object.get(*name)?;
            BASE64_URL_SAFE_NO_PAD
                .decode(number.as_str()?)
                .ok()
                .filter(|bytes| !bytes.is_empty())?;
            members.insert((*name).to_owned(), number.clone());
        }
        let id = match object.get("kid") {
            Some(id) => id.as_str().filter(|id| (1..=MAX_ID).contains(&id.len()))?.to_owned(),
            None => thumbprint(&public),
        };
        let mut public = public;
        if let Some(certificates) = certificates {
            public.insert(CERTIFICATES.to_owned(), certificates.clone());
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

/// Returns whether a value is a list of certificates in base64.
fn is_certificates(value: &Value) -> bool {
    let is_base64 = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
    let is_certificate = |value: &Value| {
        value.as_str().is_some_and(|text| !text.is_empty() && text.bytes().all(is_base64))
    };
    let list = value.as_array().filter(|list| (1..=MAX_CERTIFICATES).contains(&list.len()));
    list.is_some_and(|list| list.iter().all(is_certificate))
}

/// Returns the thumbprint of a public key: a map of JSON is sorted by name, as the thumbprint requires.
fn thumbprint(public: &Map<String, Value>) -> String {
    let json = serde_json::to_vec(public).expect("texts are JSON");
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(json))
}
