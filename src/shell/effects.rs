//! Performs effects. Nothing is decided here: an effect that cannot be performed has failed.

mod bucket_request;
mod credentials;
pub(super) mod deliver;
mod fetch;
mod keys;
mod limit;
mod load;
mod object;
mod shared;
mod sign;
pub(super) mod state;
mod time_zone;
mod verify;

use rules::{Effect, EffectResult, RequestHeaders};
use wasm_bindgen::JsValue;
use web_sys::console;

use crate::shell::env::{Env, header_list};
use crate::shell::objects;
use crate::shell::request::Incoming;

/// Performs an effect; an exception is a failure.
pub(super) async fn perform(effect: &Effect, incoming: &Incoming) -> EffectResult {
    attempt(effect, incoming).await.unwrap_or(EffectResult::Failed)
}

async fn attempt(effect: &Effect, incoming: &Incoming) -> Result<EffectResult, JsValue> {
    match effect {
        Effect::Fetch { url, form: Some(form), deadline_ms, max_bytes } => {
            let limits = load::Limits { deadline_ms: *deadline_ms, max_bytes: *max_bytes };
            fetch::post(url, form, limits).await.map(EffectResult::Fetched)
        }
        Effect::Fetch { url, form: None, deadline_ms, max_bytes } => {
            let limits = load::Limits { deadline_ms: *deadline_ms, max_bytes: *max_bytes };
            fetch::get_shared(url, limits, &incoming.context).await.map(EffectResult::Fetched)
        }
        Effect::BucketRequest { .. } => look(effect, &incoming.env).await,
        Effect::HeadObject { binding, key } => {
            // An upload is confirmed, which the Worker may not have seen.
            objects::forget(incoming, binding, key).await;
            look(effect, &incoming.env).await
        }
        Effect::Verify { algorithm, jwk, data, signature } => {
            verify::verify(algorithm, jwk, data, signature).await.map(yes_or_no)
        }
        Effect::Sign { algorithm, jwk, data } => sign::sign(algorithm, jwk, data)
            .await
            .inspect_err(|_| console::error_1(&"signpost: the issuer's key cannot sign".into()))
            .map(EffectResult::Signed),
        Effect::DeleteObject { binding, key } => {
            object::delete(&incoming.env, binding, key).await?;
            objects::forget(incoming, binding, key).await;
            Ok(EffectResult::Yes)
        }
        Effect::Limit { binding, key, count } => {
            limit::count(&incoming.env, binding, key, *count).await
        }
        Effect::ChangeState { changes, .. } => state::change(&incoming.env, changes).await,
        Effect::RequestCredentials(request) => credentials::request(request, incoming).await,
        Effect::UtcOffset { zone, at } => {
            time_zone::utc_offset(zone, *at).map(EffectResult::UtcOffset)
        }
        Effect::NameCaller => name_caller(incoming).await,
        Effect::ReadHeaders => {
            let headers = header_list(&incoming.request.headers());
            Ok(EffectResult::Headers(RequestHeaders::new(headers)))
        }
    }
}

/// Asks a bucket, which needs nothing of an incoming request.
async fn look(effect: &Effect, env: &Env) -> Result<EffectResult, JsValue> {
    match effect {
        Effect::BucketRequest {
            method, url, headers, body, memo, deadline_ms, max_bytes, ..
        } => {
            let limits = load::Limits { deadline_ms: (*deadline_ms).into(), max_bytes: *max_bytes };
            let fetched = bucket_request::send(method, url, headers, body, limits).await?;
            Ok(EffectResult::Fetched(rules::Fetched { memo: memo.clone(), ..fetched }))
        }
        Effect::HeadObject { binding, key } => {
            object::head(env, binding, key).await.map(EffectResult::Head)
        }
        _ => Err(JsValue::UNDEFINED),
    }
}

/// Performs an effect that needs nothing of an incoming request; any other has failed.
pub(super) async fn perform_without_request(effect: &Effect, env: &Env) -> EffectResult {
    look(effect, env).await.unwrap_or(EffectResult::Failed)
}

/// Asks the Worker that mounts Signpost who sent the request. Without such a function there is no caller.
async fn name_caller(incoming: &Incoming) -> Result<EffectResult, JsValue> {
    let Some(name_caller) = &incoming.signpost.0.name_caller else { return Ok(EffectResult::No) };
    let named = name_caller(Clone::clone(&incoming.request), Clone::clone(&incoming.env)).await;
    let caller = named.inspect_err(|error| {
        console::error_2(&"signpost: the function that names callers failed:".into(), error);
    })?;
    Ok(caller.map_or(EffectResult::No, EffectResult::Named))
}

const fn yes_or_no(yes: bool) -> EffectResult {
    if yes { EffectResult::Yes } else { EffectResult::No }
}
