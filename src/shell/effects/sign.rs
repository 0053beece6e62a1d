//! Signs tokens with the platform's cryptography.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use js_sys::{Object, Promise, Uint8Array};
use rules::SignedToken;
use wasm_bindgen::prelude::*;
use web_sys::CryptoKey;

use super::keys::{Purpose, imported, parameters};
use crate::shell::promise::wait;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = sign, catch)]
    fn subtle_sign(algorithm: &Object, key: &CryptoKey, data: &[u8]) -> Result<Promise, JsValue>;
}

/// Signs a token. The platform's signatures have the format of JWS.
pub(super) async fn sign(algorithm: &str, jwk: &str, data: &str) -> Result<SignedToken, JsValue> {
    let key = imported("sign", algorithm, jwk).await?;
    let parameters = parameters(algorithm, Purpose::Use)?;
    let signature = wait(subtle_sign(&parameters, &key, data.as_bytes())?).await?;
    let signature = BASE64_URL_SAFE_NO_PAD.encode(Uint8Array::new(&signature).to_vec());
    Ok(SignedToken::new(data, &signature))
}
