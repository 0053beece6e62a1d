//! The consumer of a queue, for a Worker that mounts Signpost.

use alloc::rc::Rc;

use rules::Schedule;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::{Env, MessageBatch, MessageExt as _, QueueRetryOptionsBuilder, RawMessage};

use crate::shell::clock::{now, whole};
use crate::shell::queue::{Received, Settled, json};
use crate::shell::signpost::Signpost;

impl Signpost {
    /// Delivers the events of a queue's batch: those that a Signpost put into the queue `EVENTS`, and notifications of R2.
    ///
    /// Each message is acknowledged, or retried after a delay. A message that is neither is acknowledged without any effect, so
    /// give Signpost a queue of its own.
    pub async fn deliver<T>(&self, batch: &MessageBatch<T>, env: &Env) {
        let messages: Vec<RawMessage> = batch.raw_iter().collect();
        let now = whole(now());
        let received = messages.iter().map(|message| {
            // The crate does not say how often a message was received, but when it was sent.
            let age_ms = now.saturating_sub(message.timestamp().as_millis());
            let attempts = Schedule::attempts_at_age(age_ms / 1_000);
            Received { json: json(&message.body()), attempts }
        });
        let received = received.collect();
        let settle = move |number: usize, settled| {
            let Some(message) = messages.get(number) else { return };
            match settled {
                Settled::Acknowledged => message.ack(),
                Settled::Again(secs) => {
                    let options = QueueRetryOptionsBuilder::new().with_delay_seconds(secs);
                    message.retry_with_options(&options.build());
                }
            }
        };
        let env = AsRef::<JsValue>::as_ref(env).clone().unchecked_into();
        self.deliver_all(received, &env, Rc::new(settle)).await;
    }
}
