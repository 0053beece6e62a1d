//! Sends a signed request to a bucket.

use rules::Fetched;
use wasm_bindgen::JsValue;
use web_sys::{Headers, RequestInit};

use super::load::{Limits, load};

/// Sends the request as it is, for any change would break its signature.
pub(super) async fn send(
    method: &str,
    url: &str,
    headers: &[(String, String)],
    body: &str,
    limits: Limits,
) -> Result<Fetched, JsValue> {
    let (init, sent) = (RequestInit::new(), Headers::new()?);
    for (name, value) in headers {
        sent.append(name, value)?;
    }
    init.set_method(method);
    init.set_headers(&sent);
    if !body.is_empty() {
        init.set_body(&body.into());
    }
    load(url, &init, limits).await
}
