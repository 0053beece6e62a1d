//! Counts against a rate limit.

use js_sys::Reflect;
use rules::EffectResult;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::shell::env::{Env, RateLimiter, object};
use crate::shell::promise::wait;

/// Counts `count` times, until the limit is reached. The binding counts one at a time.
pub(super) async fn count(
    env: &Env,
    binding: &str,
    key: &str,
    count: u8,
) -> Result<EffectResult, JsValue> {
    let limiter = env.get(binding).unchecked_into::<RateLimiter>();
    for within in 0..count {
        let outcome = wait(limiter.limit(&object(&[("key", key.into())]))?).await?;
        match (Reflect::get(&outcome, &"success".into())?.is_truthy(), within) {
            (true, _) => {}
            (false, 0) => return Ok(EffectResult::No),
            (false, _) => return Ok(EffectResult::Within(within)),
        }
    }
    Ok(EffectResult::Yes)
}
