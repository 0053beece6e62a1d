//! Sends a signed request to a bucket.

use rules::Fetched;
use wasm_bindgen::JsValue;
use web_sys::{Headers, RequestInit};

use super::load::{Limits, load};

/// Sends the request unchanged, since any change would invalidate its signature.
pub(super) async fn send(
    method: &str,
    url: &str,
    headers: &[(String, String)],
    body: &str,
    limits: Limits,
) -> Result<Fetched, JsValue> {
    let (init, header_list) = (RequestInit::new(), Headers::new()?);
    for (name, value) in headers {
        header_list.append(name, value)?;
    }
    init.set_method(method);
    init.set_headers(&header_list);
    if !body.is_empty() {
        init.set_body(&body.into());
    }
    load(url, &init, limits).await
}
