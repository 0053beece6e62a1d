//! Secrets in Cloudflare's Secrets Store, which are read asynchronously.

use core::cell::RefCell;

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

use crate::shell::env::{Env, StoredSecret};
use crate::shell::promise::wait;
use crate::stored_secrets::StoredSecrets;

/// The values that were read last.
#[derive(Default)]
pub(super) struct Secrets(RefCell<StoredSecrets>);

impl Secrets {
    /// Returns the value of a secret in the store, if it has been read.
    pub(super) fn stored(&self, name: &str) -> Option<String> {
        self.0.borrow().value(name).map(str::to_owned)
    }

    /// Reads the secrets among `names` that are in the store, if they are due. Returns whether one has changed.
    pub(super) async fn refresh(
        &self,
        env: &Env,
        now: f64,
        names: impl FnOnce() -> Vec<String>,
    ) -> bool {
        let bound = || names().into_iter().filter(|name| env.get(name).is_object()).collect();
        let names = self.0.borrow_mut().due(now, bound);
        if names.is_empty() {
            return false;
        }
        let reading = names.iter().map(|name| read(env, name)).collect::<Array>();
        let Ok(settled) = wait(Promise::all_settled(&reading)).await else { return false };
        let settled = settled.unchecked_into::<Array>();
        let value = |settled: JsValue| Reflect::get(&settled, &"value".into()).ok()?.as_string();
        let values = names.into_iter().zip(settled.iter().map(value)).collect();
        self.0.borrow_mut().update(values, now)
    }
}

fn read(env: &Env, name: &str) -> JsValue {
    let secret = env.get(name).unchecked_into::<StoredSecret>();
    secret.get().unwrap_or_else(|error| Promise::reject(&error)).into()
}
