//! Counts against a rate limit.

use js_sys::Reflect;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::shell::env::{Env, RateLimiter, object};
use crate::shell::promise::wait;

/// Counts one request, and returns whether it is within the limit.
pub(super) async fn count(env: &Env, binding: &str, key: &str) -> Result<bool, JsValue> {
    let limiter = env.get(binding).unchecked_into::<RateLimiter>();
    let outcome = wait(limiter.limit(&object(&[("key", key.into())]))?).await?;
    Ok(Reflect::get(&outcome, &"success".into())?.is_truthy())
}
