//! A fetch with limits on time and size.

use js_sys::Promise;
use rules::Fetched;
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, RequestInit, RequestRedirect, Response};

use crate::shell::body;
use crate::shell::env::header_list;
use crate::shell::promise::wait;

/// The limits of a fetch.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// Time limit, in milliseconds.
    pub(super) deadline_ms: u32,
    /// Largest body accepted, in bytes.
    pub(super) max_bytes: u32,
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = globalThis, catch)]
    pub(super) fn fetch(url: &str, init: &RequestInit) -> Result<Promise, JsValue>;
}

/// Fetches `url` without following redirects.
pub(super) async fn load(
    url: &str,
    init: &RequestInit,
    limits: Limits,
) -> Result<Fetched, JsValue> {
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(limits.deadline_ms)));
    let response = wait(fetch(url, init)?).await?.unchecked_into::<Response>();
    let max_bytes = usize::try_from(limits.max_bytes).unwrap_or(usize::MAX);
    let body = body::read(&response, max_bytes).await?;
    if body.len() > max_bytes {
        return Err(js_sys::RangeError::new("too long").into());
    }
    let headers = response.headers();
    let header = |name| headers.get(name).ok().flatten().unwrap_or_default();
    Ok(Fetched {
        status: response.status(),
        cache_control: header("cache-control"),
        age: header("age"),
        headers: if init.get_method().as_deref() == Some("HEAD") {
            header_list(&headers)
        } else {
            Vec::new()
        },
        body: text(&body),
        memo: String::new(),
    })
}

/// Decodes as `TextDecoder` does: drops a byte order mark, and replaces invalid UTF-8 by U+FFFD.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).into_owned()
}
