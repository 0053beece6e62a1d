//! A form on its way in. `src/js/forms` reads it, since the bytes of its file need not enter wasm.

#![expect(unreachable_pub, reason = "wasm-bindgen exports what is `pub`")]

use js_sys::{JSON, Promise, Uint8Array};
use post_object::Algorithm;
use wasm_bindgen::prelude::*;
use web_sys::Request;

use crate::shell::env::Env;
use crate::shell::promise::wait;

/// How much of a refused form is read for nothing, in bytes.
const MAX_DRAIN: u32 = 1 << 23;

#[wasm_bindgen]
extern "C" {
    /// What `src/js/forms/forms.mjs` exports.
    #[wasm_bindgen(typescript_type = "typeof import('../src/js/forms/forms.mjs').forms")]
    pub type Forms;

    #[wasm_bindgen(method, catch)]
    pub(super) fn open(this: &Forms, request: &Request) -> Result<Form, JsValue>;

    pub(super) type Form;

    #[wasm_bindgen(method, catch, js_name = readHead)]
    fn read_head(this: &Form, max_bytes: usize) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn write(this: &Form, env: &Env, plan: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = drain)]
    fn drain_up_to(this: &Form, max_bytes: u32) -> Result<Promise, JsValue>;

    /// What became of a file.
    type Written;

    #[wasm_bindgen(method, getter)]
    fn outcome(this: &Written) -> String;

    #[wasm_bindgen(method, getter)]
    fn etag(this: &Written) -> String;
}

impl Form {
    /// Reads more than `max_bytes`, or all there are.
    pub(super) async fn head(&self, max_bytes: usize) -> Result<Vec<u8>, JsValue> {
        let head = wait(self.read_head(max_bytes)?).await?;
        Ok(head.unchecked_into::<Uint8Array>().to_vec())
    }

    /// Writes the file as a plan says: see [`crate::WriteObject::plan`]. Returns the outcome and an `ETag`.
    pub(super) async fn write_object(
        &self,
        env: &Env,
        plan: &str,
    ) -> Result<(String, String), JsValue> {
        let written = wait(self.write(env, &JSON::parse(plan)?)?).await?;
        let written = written.unchecked_into::<Written>();
        Ok((written.outcome(), written.etag()))
    }

    /// Reads on for nothing.
    pub(super) async fn drain(&self) -> Result<(), JsValue> {
        wait(self.drain_up_to(MAX_DRAIN)?).await.map(drop)
    }
}

/// The checksum of all bytes so far, from that of those before: 0 for none.
#[wasm_bindgen]
pub fn crc(algorithm: &str, before: u64, bytes: &[u8]) -> u64 {
    Algorithm::named(algorithm)
        .and_then(|algorithm| algorithm.crc(before, bytes))
        .unwrap_or_default()
}
