//! Reads the bodies of requests and responses.

use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Headers, ReadableStream, ReadableStreamDefaultReader, Request};

use crate::shell::promise::{wait, wait_or_end};

#[wasm_bindgen]
extern "C" {
    /// What requests and responses have in common.
    type Message;

    #[wasm_bindgen(method, getter)]
    fn headers(this: &Message) -> Headers;

    #[wasm_bindgen(method, getter)]
    fn body(this: &Message) -> Option<ReadableStream>;

    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    fn array_buffer(this: &Message) -> Result<Promise, JsValue>;
}

/// Reads a body, and stops once it has more than `max_bytes`.
///
/// HTTP ends a body at its `Content-Length`, so a body with a small one is read at once, which is faster than its stream.
pub(super) async fn read(message: &JsValue, max_bytes: usize) -> Result<Vec<u8>, JsValue> {
    let headers = message.unchecked_ref::<Message>().headers();
    let length = headers.get("content-length").ok().flatten();
    let length = length.and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length <= max_bytes) && !is_compressed(&headers) {
        let buffer = wait(message.unchecked_ref::<Message>().array_buffer()?).await?;
        Ok(Uint8Array::new(&buffer).to_vec())
    } else {
        stream(message, max_bytes).await
    }
}

/// Reads the body of a request that is known to be small. If the client disconnects, the whole request is rejected.
pub(super) async fn small(request: &Request) -> Result<Vec<u8>, JsValue> {
    let buffer = wait_or_end(request.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Returns whether a body is compressed, so that it can be longer than its `Content-Length`.
pub(super) fn is_compressed(headers: &Headers) -> bool {
    headers.has("content-encoding").unwrap_or(true)
}

async fn stream(message: &JsValue, max_bytes: usize) -> Result<Vec<u8>, JsValue> {
    let mut bytes = Vec::new();
    let Some(stream) = message.unchecked_ref::<Message>().body() else { return Ok(bytes) };
    let reader = stream.get_reader().unchecked_into::<ReadableStreamDefaultReader>();
    while bytes.len() <= max_bytes {
        let chunk = wait(reader.read()).await?;
        let chunk = Reflect::get(&chunk, &"value".into())?;
        if chunk.is_undefined() {
            return Ok(bytes);
        }
        bytes.extend(Uint8Array::new(&chunk).to_vec());
    }
    let _ = wait(reader.cancel()).await; // the rest is not needed, so a failure does not matter
    Ok(bytes)
}
