//! Keys of the platform's cryptography, imported from JWKs and cached: importing takes as long as using them.

use core::cell::RefCell;

use js_sys::{Array, JSON, Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::CryptoKey;

use crate::shell::env::{object, texts};
use crate::shell::promise::wait;

/// Most keys in the cache.
const MAX_KEYS: usize = 64;

thread_local! {
    /// Imported keys, by use, algorithm and JWK.
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
}

/// What the parameters of an algorithm are for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Purpose {
    Import,
    /// To verify or to make a signature.
    Use,
}

/// Imports a key for `usage`, which is `sign` or `verify`, or returns it from the cache.
pub(super) async fn imported(
    usage: &str,
    algorithm: &str,
    jwk: &str,
) -> Result<CryptoKey, JsValue> {
    let id = [usage, algorithm, jwk].concat();
    let cached = KEYS.with_borrow(|keys| {
        keys.iter().find(|(known, _)| *known == id).map(|(_, key)| key.clone())
    });
    if let Some(key) = cached {
        return Ok(key);
    }
    let parameters = parameters(algorithm, Purpose::Import)?;
    let key = import_key("jwk", &JSON::parse(jwk)?, &parameters, false, &texts(&[usage]))?;
    let key = wait(key).await?.unchecked_into::<CryptoKey>();
    KEYS.with_borrow_mut(|keys| {
        if keys.len() == MAX_KEYS {
            keys.clear();
        }
        keys.push((id, key.clone()));
    });
    Ok(key)
}

/// Returns the platform's name for an algorithm of JWS, with its parameters.
///
/// Spec: <https://www.w3.org/TR/WebCryptoAPI/#algorithm-overview>
pub(super) fn parameters(algorithm: &str, purpose: Purpose) -> Result<Object, JsValue> {
    let hash = ("hash", "SHA-256".into());
    Ok(match (algorithm, purpose) {
        ("RS256", _) => object(&[("name", "RSASSA-PKCS1-v1_5".into()), hash]),
        ("PS256", Purpose::Import) => object(&[("name", "RSA-PSS".into()), hash]),
        ("PS256", Purpose::Use) => object(&[("name", "RSA-PSS".into()), ("saltLength", 32.into())]),
        ("ES256", Purpose::Import) => {
            object(&[("name", "ECDSA".into()), ("namedCurve", "P-256".into())])
        }
        ("ES256", Purpose::Use) => object(&[("name", "ECDSA".into()), hash]),
        ("EdDSA", _) => object(&[("name", "Ed25519".into())]),
        _ => return Err("no such algorithm".into()),
    })
}
