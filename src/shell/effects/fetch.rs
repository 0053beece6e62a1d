//! Fetches a URL of the configuration: a key set, or the result of a challenge.

use alloc::boxed::Box;

use rules::Fetched;
use wasm_bindgen::JsValue;
use web_sys::{Headers, RequestInit};

use super::load::{Limits, load};
use super::shared;
use crate::shell::env::Context;

/// Posts a form.
pub(super) async fn post(url: &str, form: &str, limits: Limits) -> Result<Fetched, JsValue> {
    let init = with_header("content-type", "application/x-www-form-urlencoded")?;
    init.set_method("POST");
    init.set_body(&form.into());
    load(url, &init, limits).await
}

/// Gets JSON. Requests for the same URL share one fetch.
pub(super) async fn get_shared(
    url: &str,
    limits: Limits,
    context: &Context,
) -> Result<Fetched, JsValue> {
    let target = url.to_owned();
    let get = Box::pin(async move {
        let init = with_header("accept", "application/json").ok()?;
        load(&target, &init, limits).await.ok()
    });
    shared::wait_for(url, limits.deadline_ms, context, get).await
}

fn with_header(name: &str, value: &str) -> Result<RequestInit, JsValue> {
    let (init, headers) = (RequestInit::new(), Headers::new()?);
    headers.set(name, value)?;
    init.set_headers(&headers);
    Ok(init)
}
