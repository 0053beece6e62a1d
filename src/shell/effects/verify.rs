//! Verifies signatures with the platform's cryptography.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::CryptoKey;

use super::keys::{Purpose, imported, parameters};
use crate::shell::promise::wait;

#[wasm_bindgen]
extern "C" {
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
    let key = imported("verify", algorithm, jwk).await?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature);
    let signature = signature.map_err(|_| JsValue::from("not base64url"))?;
    let algorithm = parameters(algorithm, Purpose::Use)?;
    let verified = subtle_verify(&algorithm, &key, &signature, data.as_bytes())?;
    Ok(wait(verified).await?.is_truthy())
}
