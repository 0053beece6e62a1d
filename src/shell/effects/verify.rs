//! Verifies signatures with the platform's cryptography.

use core::cell::RefCell;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use js_sys::{Array, JSON, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::CryptoKey;

use crate::shell::env::{object, texts};
use crate::shell::promise::wait;

/// Most keys in the cache.
const MAX_KEYS: usize = 64;

thread_local! {
    /// Imported keys, by algorithm and JWK: importing takes as long as verifying.
    static KEYS: RefCell<Vec<(String, CryptoKey)>> = const { RefCell::new(Vec::new()) };
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    fn import_key(
        format: &str,
        key: &JsValue,
        algorithm: &Object,
        extractable: bool,
        usages: &Array,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = verify, catch)]
    fn subtle_verify(
        algorithm: &Object,
        key: &CryptoKey,
        signature: &[u8],
        data: &[u8],
    ) -> Result<Promise, JsValue>;
}

/// Returns whether the signature, in base64url, is valid for the data.
pub(super) async fn verify(
    algorithm: &str,
    jwk: &str,
    data: &str,
    signature: &str,
) -> Result<bool, JsValue> {
    let key = imported(algorithm, jwk).await?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature);
    let signature = signature.map_err(|_| JsValue::from("not base64url"))?;
    let algorithm = parameters(algorithm, Purpose::Verify)?;
    let verified = subtle_verify(&algorithm, &key, &signature, data.as_bytes())?;
    Ok(wait(verified).await?.is_truthy())
}

/// Imports a key, or returns it from the cache.
async fn imported(algorithm: &str, jwk: &str) -> Result<CryptoKey, JsValue> {
    let id = format!("{algorithm}{jwk}");
    let cached = KEYS.with_borrow(|keys| {
        keys.iter().find(|(known, _)| *known == id).map(|(_, key)| key.clone())
    });
    if let Some(key) = cached {
        return Ok(key);
    }
    let parameters = parameters(algorithm, Purpose::Import)?;
    let key = import_key("jwk", &JSON::parse(jwk)?, &parameters, false, &texts(&["verify"]))?;
    let key = wait(key).await?.unchecked_into::<CryptoKey>();
    KEYS.with_borrow_mut(|keys| {
        if keys.len() == MAX_KEYS {
            keys.clear();
        }
        keys.push((id, key.clone()));
    });
    Ok(key)
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Purpose {
    Import,
    Verify,
}

/// Returns the platform's name for an algorithm of JWS, with its parameters.
///
/// Spec: <https://www.w3.org/TR/WebCryptoAPI/#algorithm-overview>
fn parameters(algorithm: &str, purpose: Purpose) -> Result<Object, JsValue> {
    let hash = ("hash", "SHA-256".into());
    Ok(match (algorithm, purpose) {
        ("RS256", _) => object(&[("name", "RSASSA-PKCS1-v1_5".into()), hash]),
        ("PS256", Purpose::Import) => object(&[("name", "RSA-PSS".into()), hash]),
        ("PS256", Purpose::Verify) => {
            object(&[("name", "RSA-PSS".into()), ("saltLength", 32.into())])
        }
        ("ES256", Purpose::Import) => {
            object(&[("name", "ECDSA".into()), ("namedCurve", "P-256".into())])
        }
        ("ES256", Purpose::Verify) => object(&[("name", "ECDSA".into()), hash]),
        ("EdDSA", _) => object(&[("name", "Ed25519".into())]),
        _ => return Err("no such algorithm".into()),
    })
}
