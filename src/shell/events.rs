//! Sends events: to the queue if one is bound as `EVENTS`, otherwise to the rule's address, after the answer.

use js_sys::{Array, JSON, Promise};
use rules::{Event, Schedule};
use wasm_bindgen::prelude::*;
use web_sys::console;

use crate::events::{EventRecord, Outcome};
use crate::shell::clock;
use crate::shell::effects::deliver;
use crate::shell::env::{Env, object};
use crate::shell::promise::{run, wait};
use crate::shell::request::Incoming;
use crate::shell::signpost::Signpost;

/// How long the answer waits for the queue, in milliseconds.
const MAX_SEND_MS: u32 = 5_000;

#[wasm_bindgen]
extern "C" {
    type Queue;

    #[wasm_bindgen(method, getter, js_name = send)]
    fn sender(this: &Queue) -> JsValue;

    #[wasm_bindgen(method, catch)]
    fn send(this: &Queue, body: &JsValue, options: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, milliseconds: u32);
}

/// Sends an event. A queue has it before the answer, and keeps it from then on. Without one, or if it does not take the event, the
/// delivery begins and goes on after the answer. Never fails, since an upload's answer does not depend on its event.
pub(super) async fn send(event: Event, incoming: &Incoming) {
    let Incoming { signpost, env, context, .. } = incoming;
    if let Some(queue) = queue(env) {
        let outcome = match enqueue(&queue, &event).await {
            Ok(()) => Outcome::Queued,
            Err(_) => Outcome::QueueFailed,
        };
        log(&EventRecord::new(&event, outcome, None, 0));
        if outcome == Outcome::Queued {
            return;
        }
    }
    let (signpost, env) = (signpost.clone(), env.clone());
    let delivery = run(async move {
        deliver_now(&signpost, &env, &event).await;
        Ok(JsValue::UNDEFINED)
    });
    if let Ok(delivery) = delivery {
        // If this fails, the platform may end the delivery with the answer.
        let _ = context.wait_until(&delivery);
    }
}

/// Returns the queue, if one is bound.
fn queue(env: &Env) -> Option<Queue> {
    let queue = env.get("EVENTS");
    let queue = queue.is_object().then(|| queue.unchecked_into::<Queue>())?;
    queue.sender().is_function().then_some(queue)
}

async fn enqueue(queue: &Queue, event: &Event) -> Result<(), JsValue> {
    let options = object(&[("contentType", "json".into())]);
    let sent = queue.send(&JSON::parse(&event.to_json())?, &options)?;
    let late = Promise::new(&mut |_, reject| set_timeout(&reject, MAX_SEND_MS));
    wait(Promise::race(&Array::of2(&sent, &late))).await.map(drop)
}

/// Delivers an event in the time that is left after the answer.
async fn deliver_now(signpost: &Signpost, env: &Env, event: &Event) {
    let mut attempts = 1;
    while let (Outcome::Retried, delay_ms) =
        attempt(signpost, env, event, attempts, Schedule::AfterAnswer).await
    {
        let elapsed = Promise::new(&mut |resolve, _| set_timeout(&resolve, delay_ms));
        let _ = wait(elapsed).await; // a timer does not fail
        attempts += 1;
    }
}

/// Makes one attempt, and logs its outcome. Returns the outcome, and when to try again, in milliseconds.
///
/// Secrets are read for each attempt, so one that is set in the meantime counts.
pub(super) async fn attempt(
    signpost: &Signpost,
    env: &Env,
    event: &Event,
    attempts: u16,
    schedule: Schedule,
) -> (Outcome, u32) {
    let (site, ambient) = (signpost.0.site(env), clock::ambient());
    let webhook = site.rules().map(|rules| rules.webhook(event, site.secrets(), ambient.now));
    let Some(Ok(Some(webhook))) = webhook else {
        log(&EventRecord::new(event, Outcome::Unsigned, None, attempts));
        return (Outcome::Unsigned, schedule.deadline_ms());
    };
    let reception = deliver::attempt(&webhook, schedule.deadline_ms()).await;
    let delay_ms = schedule.delay_ms(attempts, reception, (ambient.random)());
    let outcome = Outcome::of(reception, delay_ms.is_some());
    log(&EventRecord::new(event, outcome, reception.status, attempts));
    (outcome, delay_ms.unwrap_or_default())
}

fn log(record: &EventRecord<'_>) {
    console::log_1(&record.to_line().into());
}
