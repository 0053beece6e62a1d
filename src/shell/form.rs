//! A form that is being received. `src/js/forms` reads it, so that the bytes of its file never enter wasm.

use js_sys::{JSON, Promise, Uint8Array};
use post_object::Algorithm;
use wasm_bindgen::prelude::*;
use web_sys::Request;

use crate::shell::clock::whole;
use crate::shell::env::Env;
use crate::shell::promise::wait;

/// How much of a refused form is drained, in bytes.
const MAX_DRAIN: u32 = 1 << 23;

type Crc = dyn Fn(String, u64, Vec<u8>) -> u64;

thread_local! {
    /// Continues a CRC: the second argument is the CRC of the bytes so far, 0 at the beginning.
    static CRC: Closure<Crc> = Closure::new(|algorithm: String, before, bytes: Vec<u8>| {
        let algorithm = Algorithm::named(&algorithm);
        algorithm.and_then(|algorithm| algorithm.crc(before, &bytes)).unwrap_or_default()
    });
}

#[wasm_bindgen(module = "/src/js/forms/forms.mjs")]
extern "C" {
    #[wasm_bindgen(catch, js_name = openForm)]
    fn open_form(request: &Request, crc: &Closure<Crc>) -> Result<Form, JsValue>;

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

    #[wasm_bindgen(method, getter)]
    fn size(this: &Written) -> f64;

    #[wasm_bindgen(method, getter)]
    fn uploaded(this: &Written) -> f64;
}

/// The modules that `forms.mjs` imports. wasm-bindgen copies a module only if it is named here.
macro_rules! modules {
    ($($path:literal)*) => {$(
        const _: () = {
            #[wasm_bindgen(module = $path)]
            extern "C" {
                #[wasm_bindgen(js_name = default)]
                fn unused();
            }
        };
    )*};
}

modules! {
    "/src/js/forms/concat.mjs"
    "/src/js/forms/digests.mjs"
    "/src/js/forms/find_bytes.mjs"
    "/src/js/forms/form_body.mjs"
    "/src/js/forms/form_error.mjs"
    "/src/js/forms/memory.mjs"
    "/src/js/forms/sinks.mjs"
    "/src/js/forms/write_object.mjs"
}

impl Form {
    pub(super) fn open(request: &Request) -> Result<Self, JsValue> {
        CRC.with(|crc| open_form(request, crc))
    }

    /// Reads one byte more than `max_bytes`, or the whole body if it is shorter. Returns `None` if there is no memory for it.
    pub(super) async fn head(&self, max_bytes: usize) -> Result<Option<Vec<u8>>, JsValue> {
        let head = wait(self.read_head(max_bytes)?).await?;
        Ok((!head.is_undefined()).then(|| head.unchecked_into::<Uint8Array>().to_vec()))
    }

    /// Writes the file according to a plan, see [`crate::WriteObject::plan`]. Returns the outcome, an `ETag`, the
    /// size, and when the bucket stored it, in seconds since 1970.
    pub(super) async fn write_object(
        &self,
        env: &Env,
        plan: &str,
    ) -> Result<(String, String, u64, u64), JsValue> {
        let written = wait(self.write(env, &JSON::parse(plan)?)?).await?;
        let written = written.unchecked_into::<Written>();
        let modified_at = whole(written.uploaded()) / 1_000;
        Ok((written.outcome(), written.etag(), whole(written.size()), modified_at))
    }

    /// Reads the rest, up to a limit, and ignores it.
    pub(super) async fn drain(&self) -> Result<(), JsValue> {
        wait(self.drain_up_to(MAX_DRAIN)?).await.map(drop)
    }
}
