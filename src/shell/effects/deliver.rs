//! Delivers a webhook: one attempt.

use rules::{Reception, Webhook, parse_retry_after};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{AbortSignal, Headers, RequestInit, RequestRedirect, Response};

use super::load::fetch;
use crate::shell::promise::wait;

/// What a receiver that did not answer has answered.
const NO_ANSWER: Reception = Reception { status: None, retry_after: None };

/// Posts the webhook, and waits for the answer's head until the deadline. Its body is not read.
///
/// Redirects are not followed: they would lead to an address that is not in the configuration, such as a private one.
pub(in crate::shell) async fn attempt(webhook: &Webhook, deadline_ms: u32) -> Reception {
    post(webhook, deadline_ms).await.unwrap_or(NO_ANSWER)
}

async fn post(webhook: &Webhook, deadline_ms: u32) -> Result<Reception, JsValue> {
    let (init, headers) = (RequestInit::new(), Headers::new()?);
    for (name, value) in &webhook.headers {
        headers.set(name, value)?;
    }
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&webhook.body.as_str().into());
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(deadline_ms)));
    let response = wait(fetch(&webhook.url, &init)?).await?.unchecked_into::<Response>();
    let retry_after = response.headers().get("retry-after")?;
    if let Some(body) = response.body() {
        // Otherwise the connection stays occupied, and a Worker has six. The rest of the body is nobody's.
        let _ = body.cancel();
    }
    Ok(Reception {
        status: Some(response.status()),
        retry_after: retry_after.as_deref().and_then(parse_retry_after),
    })
}
