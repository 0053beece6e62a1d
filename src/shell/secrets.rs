//! Secrets of the Secrets Store, which can only be had by asking.

use core::cell::RefCell;

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

use crate::shell::env::{Env, StoredSecret};
use crate::shell::instance;
use crate::shell::promise::wait;
use crate::shell::stored_secrets::StoredSecrets;

thread_local! {
    static STORED: RefCell<StoredSecrets> = RefCell::default();
}

/// The value of a secret that `env` only refers to.
pub(super) fn stored(name: &str) -> Option<String> {
    STORED.with_borrow(|stored| stored.value(name).map(str::to_owned))
}

/// Reads the secrets if it is time, and configures the instance anew if one has changed.
pub(super) async fn refresh(env: &Env, now: f64) {
    let bound = || {
        let site = instance::site(env);
        site.secret_names().filter(|name| env.get(name).is_object()).map(str::to_owned).collect()
    };
    let names = STORED.with_borrow_mut(|stored| stored.due(now, bound));
    if names.is_empty() {
        return;
    }
    let reading = names.iter().map(|name| read(env, name)).collect::<Array>();
    let Ok(settled) = wait(Promise::all_settled(&reading)).await else { return };
    let settled = settled.unchecked_into::<Array>();
    let value = |settled: JsValue| Reflect::get(&settled, &"value".into()).ok()?.as_string();
    let values = names.into_iter().zip(settled.iter().map(value)).collect();
    if STORED.with_borrow_mut(|stored| stored.keep(values, now)) {
        instance::configure(env);
    }
}

fn read(env: &Env, name: &str) -> JsValue {
    let secret = env.get(name).unchecked_into::<StoredSecret>();
    secret.get().unwrap_or_else(|error| Promise::reject(&error)).into()
}
