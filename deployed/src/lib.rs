//! The Worker that `wrangler deploy` uploads. `src/js/entry.mjs` calls its exports.
//!
//! A library that is mounted in another Worker must export nothing and choose no allocator, so both are here.

#![cfg(target_arch = "wasm32")]

use signpost::{Batch, Context, Env, Responding, Signpost};
use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};
use wasm_bindgen::prelude::*;
use web_sys::Request;

/// As fast here as the standard library's allocator, and less than half its size.
#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();

thread_local! {
    /// An instance has one thread and one environment.
    static SIGNPOST: Signpost = Signpost::deployed();
}

/// Answers a request.
///
/// # Errors
///
/// Throws the platform's exception, such as a lost connection while the body is read.
#[wasm_bindgen]
pub fn fetch(request: Request, env: Env, context: Context) -> Result<Responding, JsValue> {
    SIGNPOST.with(|signpost| signpost.fetch(request, env, context))
}

/// Answers a request to `url` for a caller that another Worker names, in JSON.
///
/// # Errors
///
/// Throws the platform's exception.
#[wasm_bindgen(js_name = fetchAs)]
pub fn fetch_as(
    caller: &str,
    url: String,
    request: Request,
    env: Env,
    context: Context,
) -> Result<Responding, JsValue> {
    SIGNPOST.with(|signpost| signpost.fetch_as(caller, url, request, env, context))
}

/// Delivers the events of a batch of a queue's messages.
///
/// # Errors
///
/// Throws the platform's exception.
#[wasm_bindgen]
pub fn consume(batch: Batch, env: Env) -> Result<JsValue, JsValue> {
    SIGNPOST.with(|signpost| signpost.consume(batch, env))
}

/// Returns the effect of a command on the entry of an object of the class `SignpostState`: the answer, the new entry, and the time of
/// the alarm. The entry is undefined if it stays, and null if it is to be deleted.
#[must_use]
#[expect(clippy::needless_pass_by_value, reason = "wasm-bindgen passes no optional slice")]
#[wasm_bindgen(
    js_name = changeState,
    unchecked_return_type = "[answer: Uint8Array, entry: Uint8Array | null | undefined, alarm: number | undefined]"
)]
pub fn change_state(entry: Option<Vec<u8>>, command: &[u8]) -> js_sys::Array {
    signpost::change_state(entry.as_deref(), command)
}

/// Checks a request with a presigned URL.
///
/// # Errors
///
/// Throws the platform's exception.
#[wasm_bindgen]
pub fn verify(request: Request, env: Env) -> Result<Responding, JsValue> {
    SIGNPOST.with(|signpost| signpost.answer_verify_link(request, env))
}

/// Checks a form: `fields` is a JSON list of names and values.
///
/// # Errors
///
/// Throws the platform's exception.
#[wasm_bindgen(js_name = verifyForm)]
pub fn verify_form(
    bucket: String,
    fields: &str,
    file_name: Option<String>,
    env: Env,
) -> Result<Responding, JsValue> {
    SIGNPOST.with(|signpost| signpost.answer_verify_form(bucket, fields, file_name, env))
}
