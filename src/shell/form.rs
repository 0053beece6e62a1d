//! A form that is being received. `src/js/forms` reads it, so that the bytes of its file never enter wasm.

#![expect(unreachable_pub, reason = "wasm-bindgen exports what is `pub`")]

use js_sys::{JSON, Promise, Uint8Array};
use post_object::Algorithm;
use wasm_bindgen::prelude::*;
use web_sys::Request;

use crate::shell::env::Env;
use crate::shell::promise::wait;

/// How much of a refused form is drained, in bytes.
const MAX_DRAIN: u32 = 1 << 23;

#[wasm_bindgen]
extern "C" {
    /// The export of `src/js/forms/forms.mjs`.
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

    /// The result of a write.
    type Written;

    #[wasm_bindgen(method, getter)]
    fn outcome(this: &Written) -> String;

    #[wasm_bindgen(method, getter)]
    fn etag(this: &Written) -> String;
}

impl Form {
    /// Reads one byte more than `max_bytes`, or the whole body if it is shorter.
    pub(super) async fn head(&self, max_bytes: usize) -> Result<Vec<u8>, JsValue> {
        let head = wait(self.read_head(max_bytes)?).await?;
        Ok(head.unchecked_into::<Uint8Array>().to_vec())
    }

    /// Writes the file according to a plan, see [`crate::WriteObject::plan`]. Returns the outcome and an `ETag`.
    pub(super) async fn write_object(
        &self,
        env: &Env,
        plan: &str,
    ) -> Result<(String, String), JsValue> {
        let written = wait(self.write(env, &JSON::parse(plan)?)?).await?;
        let written = written.unchecked_into::<Written>();
        Ok((written.outcome(), written.etag()))
    }

    /// Reads the rest, up to a limit, and ignores it.
    pub(super) async fn drain(&self) -> Result<(), JsValue> {
        wait(self.drain_up_to(MAX_DRAIN)?).await.map(drop)
    }
}

/// Continues a CRC: `before` is the CRC of the bytes so far, 0 at the beginning.
#[wasm_bindgen]
pub fn crc(algorithm: &str, before: u64, bytes: &[u8]) -> u64 {
    Algorithm::named(algorithm)
        .and_then(|algorithm| algorithm.crc(before, bytes))
        .unwrap_or_default()
}
