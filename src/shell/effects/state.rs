//! Sends commands to objects of the Durable Object class `SignpostState`.
//!
//! Spec: <https://developers.cloudflare.com/durable-objects/best-practices/error-handling/>

use js_sys::{Array, Promise, Reflect, Uint8Array};
use rules::{EffectResult, StateAnswer, StateChange};
use wasm_bindgen::prelude::*;

use crate::shell::env::Env;
use crate::shell::promise::wait;

#[wasm_bindgen]
extern "C" {
    pub(in crate::shell) type Namespace;

    #[wasm_bindgen(method, getter, js_name = idFromName)]
    pub(in crate::shell) fn id_maker(this: &Namespace) -> JsValue;

    #[wasm_bindgen(method, catch, js_name = idFromName)]
    fn id_from_name(this: &Namespace, name: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn get(this: &Namespace, id: &JsValue) -> Result<Stub, JsValue>;

    type Stub;

    #[wasm_bindgen(method, catch)]
    fn change(this: &Stub, command: &[u8]) -> Result<JsValue, JsValue>;
}

/// Sends the commands, and returns the answers in the same order. Each is sent a second time if the platform says that this can help:
/// a command has the same effect twice as once.
pub(super) async fn change(env: &Env, changes: &[StateChange]) -> Result<EffectResult, JsValue> {
    let Some(namespace) = env.state_namespace() else { return Ok(EffectResult::NotBound) };
    let answers = match send(&namespace, changes)?.await {
        Err(error) if is_retryable(&error) => send(&namespace, changes)?.await?,
        answers => answers?,
    };
    let read = |answer: JsValue| StateAnswer::read(&answer.dyn_into::<Uint8Array>().ok()?.to_vec());
    let answers: Option<_> = Array::from(&answers).iter().map(read).collect();
    Ok(answers.map_or(EffectResult::Failed, EffectResult::Changed))
}

fn send(
    namespace: &Namespace,
    changes: &[StateChange],
) -> Result<impl Future<Output = Result<JsValue, JsValue>>, JsValue> {
    let sent = changes.iter().map(|StateChange { object, command }| {
        namespace.get(&namespace.id_from_name(object)?)?.change(&command.to_bytes())
    });
    let sent: Array = sent.collect::<Result<_, _>>()?;
    Ok(wait(Promise::all(&sent)))
}

fn is_retryable(error: &JsValue) -> bool {
    let is =
        |property: &str| Reflect::get(error, &property.into()).is_ok_and(|value| value.is_truthy());
    is("retryable") && !is("overloaded")
}
