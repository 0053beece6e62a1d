//! Calls by another Worker through a service binding.

use rules::{Effect, EffectResult, NamedCaller, Results};
use wasm_bindgen::prelude::*;
use web_sys::Request;

use crate::shell::answer::{Responding, respond};
use crate::shell::env::{Context, Env};
use crate::shell::promise::{self, Running};
use crate::shell::request::Incoming;
use crate::shell::signpost::Signpost;

impl Signpost {
    /// Answers a request for a caller that the calling Worker names: a [`NamedCaller`] in JSON. An invalid one is refused.
    ///
    /// `url` replaces that of the request, which the platform has normalised.
    ///
    /// # Errors
    ///
    /// Throws the platform's exception.
    pub fn fetch_as(
        &self,
        caller: &str,
        url: String,
        request: Request,
        env: Env,
        context: Context,
    ) -> Result<Responding, JsValue> {
        let _running = Running::enter();
        let caller: NamedCaller = serde_json::from_str(caller).unwrap_or_default();
        let incoming = Incoming::read(self.clone(), request, env, context).at(url);
        let mut results = Results::default();
        results.insert(Effect::NameCaller, EffectResult::Named(caller));
        let response = async move { respond(&incoming, results).await.map(Into::into) };
        promise::run(response).map(JsCast::unchecked_into)
    }
}
