//! The consumer of a queue: delivers the events of a batch.
//!
//! Spec: <https://developers.cloudflare.com/queues/configuration/javascript-apis/#messagebatch>

use alloc::rc::Rc;
use core::cell::{Cell, RefCell};
use core::pin::Pin;

use js_sys::{Array, JSON, Promise};
use rules::{Blocked, Message, Reporter, Results, Schedule};
use wasm_bindgen::prelude::*;

use crate::events::{Group, Outcome, group};
use crate::shell::env::{Env, object};
use crate::shell::events;
use crate::shell::promise::{Running, run, wait};
use crate::shell::signpost::Signpost;
use crate::shell::{clock, effects};

/// How many events of a batch are worked on at a time. A Worker has six connections.
const LANES: usize = 5;

/// When a message is read again if the configuration has errors, in seconds.
const NOT_CONFIGURED_SECS: u32 = 300;

#[wasm_bindgen]
extern "C" {
    /// A batch of messages.
    #[wasm_bindgen(typescript_type = "MessageBatch")]
    pub type Batch;

    #[wasm_bindgen(method, getter)]
    fn messages(this: &Batch) -> Array;

    type QueueMessage;

    #[wasm_bindgen(method, getter)]
    fn body(this: &QueueMessage) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn attempts(this: &QueueMessage) -> Option<u16>;

    #[wasm_bindgen(method, catch)]
    fn ack(this: &QueueMessage) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn retry(this: &QueueMessage, options: &JsValue) -> Result<(), JsValue>;
}

/// What happens to a message.
#[derive(Clone, Copy, Debug)]
pub(super) enum Settled {
    /// It is deleted.
    Acknowledged,
    /// It comes again after this many seconds, until the queue gives up.
    Again(u32),
}

/// A message, as its queue describes it.
pub(super) struct Received {
    /// The body in JSON.
    pub(super) json: String,
    /// How often it has been received, counting this time.
    pub(super) attempts: u16,
}

type Working = Pin<Box<dyn Future<Output = ()>>>;

/// Settles a message, by its number in the batch.
type Settle = Rc<dyn Fn(usize, Settled)>;

impl Signpost {
    /// Delivers the events of a batch; acknowledges each message, or has it sent again later.
    ///
    /// # Errors
    ///
    /// Throws the platform's exception.
    pub fn consume(&self, batch: Batch, env: Env) -> Result<JsValue, JsValue> {
        let _running = Running::enter();
        let signpost = self.clone();
        run(async move {
            let messages: Vec<QueueMessage> =
                batch.messages().iter().map(JsCast::unchecked_into).collect();
            let received = messages.iter().map(|message| Received {
                json: json(&message.body()),
                attempts: message.attempts().unwrap_or(1),
            });
            let received = received.collect();
            let settle = move |number: usize, settled| {
                let Some(message) = messages.get(number) else { return };
                // A message that cannot be settled comes again.
                let _ = match settled {
                    Settled::Acknowledged => message.ack(),
                    Settled::Again(secs) => {
                        message.retry(&object(&[("delaySeconds", secs.into())]))
                    }
                };
            };
            signpost.deliver_all(received, &env, Rc::new(settle)).await;
            Ok(JsValue::UNDEFINED)
        })
    }

    /// Delivers the events of a batch.
    pub(super) async fn deliver_all(&self, batch: Vec<Received>, env: &Env, settle: Settle) {
        let site = self.0.refreshed(env, clock::now()).await;
        let Some(rules) = site.rules() else {
            (0..batch.len()).for_each(|at| settle(at, Settled::Again(NOT_CONFIGURED_SECS)));
            return;
        };
        let mut messages = Vec::new();
        for (number, received) in batch.iter().enumerate() {
            match rules.read_message(&received.json) {
                Some(message) => messages.push((number, message)),
                None => settle(number, Settled::Acknowledged),
            }
        }
        let (count, looked_up) = (messages.len(), Rc::new(RefCell::new(messages)));
        let (all, signpost, with_env) = (Rc::clone(&looked_up), self.clone(), env.clone());
        in_lanes(
            count,
            Rc::new(move |at| {
                let (all, signpost, env) = (Rc::clone(&all), signpost.clone(), with_env.clone());
                Box::pin(async move { signpost.look_up(&all, at, &env).await })
            }),
        )
        .await;
        let groups: Rc<[Group]> = group(looked_up.take()).into();
        let attempts: Rc<[u16]> = batch.iter().map(|received| received.attempts).collect();
        let (count, signpost, env) = (groups.len(), self.clone(), env.clone());
        in_lanes(
            count,
            Rc::new(move |at| {
                let (signpost, env, groups) = (signpost.clone(), env.clone(), Rc::clone(&groups));
                let (attempts, settle) = (Rc::clone(&attempts), Rc::clone(&settle));
                Box::pin(async move {
                    let Some(group) = groups.get(at) else { return };
                    signpost.deliver_group(group, &attempts, &env, &settle).await;
                })
            }),
        )
        .await;
    }

    /// Asks the bucket about an object that R2 reports, and replaces the message.
    async fn look_up(&self, all: &RefCell<Vec<(usize, Message)>>, at: usize, env: &Env) {
        let reported =
            all.borrow().get(at).map(|(_, message)| (message.reporter, message.event.clone()));
        let Some((Reporter::R2, event)) = reported else { return };
        let (site, mut results) = (self.0.site(env), Results::default());
        let Some(rules) = site.rules() else { return };
        let look_up = |results: &Results| {
            rules.look_up(event.clone(), site.secrets(), results, clock::ambient().now)
        };
        if let Err(Blocked::Pending(effect)) = look_up(&results) {
            let result = effects::perform_without_request(&effect, env).await;
            results.insert(effect, result);
        }
        if let (Ok(event), Some((_, message))) = (look_up(&results), all.borrow_mut().get_mut(at)) {
            message.event = event;
        }
    }

    /// Delivers one event, for all messages that report it.
    async fn deliver_group(&self, group: &Group, attempts: &[u16], env: &Env, settle: &Settle) {
        let most = group.messages.iter().filter_map(|number| attempts.get(*number)).max();
        let attempts = most.copied().unwrap_or(1);
        let (outcome, delay_ms) =
            events::attempt(self, env, &group.event, attempts, Schedule::Queue).await;
        let settled = match outcome {
            Outcome::Delivered | Outcome::Gone => Settled::Acknowledged,
            Outcome::Unsigned => Settled::Again(NOT_CONFIGURED_SECS),
            _ => Settled::Again(delay_ms.div_ceil(1_000)),
        };
        group.messages.iter().for_each(|number| settle(*number, settled));
    }
}

/// Does the work with each number below `count`, several at a time.
async fn in_lanes(count: usize, work: Rc<dyn Fn(usize) -> Working>) {
    let next = Rc::new(Cell::new(0));
    let lanes = Array::new();
    for _ in 0..LANES.min(count) {
        let (next, work) = (Rc::clone(&next), Rc::clone(&work));
        let lane = run(async move {
            loop {
                let at = next.replace(next.get() + 1);
                if at >= count {
                    return Ok(JsValue::UNDEFINED);
                }
                work(at).await;
            }
        });
        lanes.push(&lane.unwrap_or_default());
    }
    let _ = wait(Promise::all_settled(&lanes)).await; // it does not fail
}

/// Returns a value in JSON; empty text if it has none, such as bytes.
pub(super) fn json(value: &JsValue) -> String {
    JSON::stringify(value).ok().and_then(|json| json.as_string()).unwrap_or_default()
}
