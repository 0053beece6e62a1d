//! Reads bodies, of requests and of responses.

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
/// A length that was announced holds, for HTTP itself ends the body there: then it is read in one piece, which costs a quarter
/// of a loop over its stream.
pub(super) async fn read(message: &JsValue, max_bytes: usize) -> Result<Vec<u8>, JsValue> {
    let headers = message.unchecked_ref::<Message>().headers();
    let length = headers.get("content-length").ok().flatten();
    let length = length.and_then(|length| length.parse::<usize>().ok());
    if length.is_some_and(|length| length <= max_bytes) && !grows(&headers) {
        let buffer = wait(message.unchecked_ref::<Message>().array_buffer()?).await?;
        Ok(Uint8Array::new(&buffer).to_vec())
    } else {
        stream(message, max_bytes).await
    }
}

/// Reads all of a request's body, whose length is known to be bounded. The request ends if its client does.
pub(super) async fn small(request: &Request) -> Result<Vec<u8>, JsValue> {
    let buffer = wait_or_end(request.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Whether a body is compressed, so that it grows on the way in, past any length that was announced.
pub(super) fn grows(headers: &Headers) -> bool {
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
    let _ = wait(reader.cancel()).await; // nobody reads on, whatever comes of it
    Ok(bytes)
}
