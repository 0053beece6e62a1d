//! Asks a security token service for credentials, once for all requests that need them.

use alloc::boxed::Box;
use alloc::rc::Rc;

use rules::{CredentialsRequest, EffectResult, Fetched, Timing};
use wasm_bindgen::JsValue;
use web_sys::console;

use super::load::Limits;
use super::{bucket_request, shared, sign};
use crate::shell::clock;
use crate::shell::request::Incoming;
use crate::site::Site;

/// Sends the request, and waits for the answer if the incoming request does.
pub(super) async fn request(
    request: &CredentialsRequest,
    incoming: &Incoming,
) -> Result<EffectResult, JsValue> {
    let site = incoming.signpost.0.site(&incoming.env);
    let load = Box::pin(load(request.clone(), site));
    let CredentialsRequest { id, deadline_ms, timing, .. } = request;
    match timing {
        Timing::Now => {
            let fetched = shared::wait_for(id, *deadline_ms, &incoming.context, load).await?;
            Ok(EffectResult::Fetched(fetched))
        }
        Timing::InBackground => {
            shared::begin_once(id, &incoming.context, load)?;
            Ok(EffectResult::Yes)
        }
    }
}

/// Sends the request, and stores or logs its result.
async fn load(request: CredentialsRequest, site: Rc<Site>) -> Option<Fetched> {
    let result = send(&request).await;
    if let Err(line) = site.accept_credentials(&request, &result, clock::ambient().now) {
        console::error_1(&JsValue::from_str(&line));
    }
    match result {
        EffectResult::Fetched(fetched) => Some(fetched),
        _ => None,
    }
}

/// Signs the token, if the request has one, and sends the request. Its result is `No` if the token cannot be signed.
async fn send(request: &CredentialsRequest) -> EffectResult {
    let CredentialsRequest { url, headers, body, token, deadline_ms, max_bytes, .. } = request;
    let limits = Limits { deadline_ms: *deadline_ms, max_bytes: *max_bytes };
    let with_token = match token {
        Some(token) => match sign::sign(token.algorithm, &token.jwk, &token.data).await {
            Ok(signed) => Some(request.body_with(&signed)),
            Err(_) => return EffectResult::No,
        },
        None => None,
    };
    let body = with_token.as_ref().unwrap_or(body);
    let fetched = bucket_request::send("POST", url, headers, body, limits).await;
    fetched.map_or(EffectResult::Failed, EffectResult::Fetched)
}
