//! Answers a request: returns a response if nothing had to be awaited, otherwise a promise.

use rules::Results;
use wasm_bindgen::prelude::*;
use web_sys::{Request, Response};

use crate::exchange::Action;
use crate::forms::read_head::ReadHead;
use crate::forms::write_object::{WriteObject, Written};
use crate::http::answer::Answer;
use crate::shell::env::{Context, Env};
use crate::shell::form::Form;
use crate::shell::promise::{self, Running};
use crate::shell::request::Incoming;
use crate::shell::signpost::Signpost;
use crate::shell::{body, clock, effects, events, objects, response};

/// Most actions performed for one request. The body, the caller's name, key set and signature of each of eight callers, a time zone, two
/// counts of a limit, a challenge, a ticket, credentials, ten requests to a bucket, and three changes of state are the most that one needs;
/// more would be a loop.
const MAX_ROUNDS: usize = 40;

#[wasm_bindgen]
extern "C" {
    /// A response, or a promise of one.
    #[wasm_bindgen(typescript_type = "Response | Promise<Response>")]
    pub type Responding;
}

impl Signpost {
    /// Answers a request of the deployed Worker. A trap rejects the promise that is returned.
    ///
    /// # Errors
    ///
    /// Throws the platform's exception, such as a lost connection while the body is read.
    pub fn fetch(
        &self,
        request: Request,
        env: Env,
        context: Context,
    ) -> Result<Responding, JsValue> {
        let _running = Running::enter();
        let incoming = Incoming::read(self.clone(), request, env, context);
        let response = async move { respond(&incoming, Results::default()).await.map(Into::into) };
        promise::run(response).map(JsCast::unchecked_into)
    }
}

/// Calls [`crate::respond`] until there is an answer, and performs the actions that it returns.
pub(super) async fn respond(
    incoming: &Incoming,
    mut results: Results,
) -> Result<Response, JsValue> {
    let Incoming { env, .. } = incoming;
    let signpost = &incoming.signpost.0;
    signpost.refreshed(env, incoming.started).await;
    let (mut body, mut form) = (None, None);
    if incoming.is_small_json() {
        body = Some(body::small(&incoming.request).await?);
    }
    for _ in 0..=MAX_ROUNDS {
        let site = signpost.site(env);
        let request = incoming.as_request(body.as_deref(), &results);
        match crate::respond(&site, &request, clock::ambient()) {
            Action::Answer(answer) => {
                drop(body); // draining a form can take long
                if answer.status >= 400 && form.is_none() && incoming.is_put() {
                    form = Some(Form::open(&incoming.request)?);
                }
                return finish(answer, form.as_ref(), incoming).await;
            }
            Action::ReadBody { max_bytes } => {
                body = Some(body::read(&incoming.request, max_bytes).await?);
            }
            Action::ReadHead(read) => {
                let form = form.insert(Form::open(&incoming.request)?);
                body = form.head(ReadHead::MAX_BYTES).await?;
                if body.is_none() {
                    return finish(read.refuse(), Some(form), incoming).await;
                }
            }
            Action::WriteObject(write) => {
                drop(body); // the head of a form, which is not needed again
                let form = match form.take() {
                    Some(form) => form,
                    None => Form::open(&incoming.request)?,
                };
                let answer = store(&write, &form, incoming).await?;
                return finish(answer, Some(&form), incoming).await;
            }
            Action::ReadObject(read) => return objects::send(*read, incoming).await,
            Action::Perform(effect) => {
                let result = effects::perform(&effect, incoming).await;
                results.insert(effect, result);
            }
        }
    }
    Err(too_many_rounds())
}

/// Writes the file of a form, and performs effects until there is an answer.
async fn store(write: &WriteObject, form: &Form, incoming: &Incoming) -> Result<Answer, JsValue> {
    let Incoming { env, context, .. } = incoming;
    let (binding, key) = write.place();
    // Otherwise the platform ends the request of a client that disconnects: what was reserved is never given back, and a cache keeps
    // the object that was there before.
    let keeps_open = write.counts() || incoming.signpost.0.site(env).caches(binding);
    let _open = if keeps_open { Some(context.keep_open()?) } else { None };
    let (outcome, etag, size, modified_at) = form.write_object(env, &write.plan()).await?;
    objects::forget(incoming, binding, key).await;
    let written = Written { outcome: &outcome, etag: &etag, size, modified_at };
    let mut results = Results::default();
    for _ in 0..=MAX_ROUNDS {
        let current = incoming.signpost.0.site(env);
        match write.finish(&written, &current, &results, clock::ambient()) {
            Action::Answer(answer) => return Ok(answer),
            Action::Perform(effect) => {
                let result = effects::perform(&effect, incoming).await;
                results.insert(effect, result);
            }
            _ => break,
        }
    }
    Err(too_many_rounds())
}

fn too_many_rounds() -> JsValue {
    js_sys::RangeError::new("too many rounds").into()
}

/// Makes the response. Before an upload is refused, its rest is drained, so that a client that reads only after sending still
/// gets the response.
async fn finish(
    mut answer: Answer,
    form: Option<&Form>,
    incoming: &Incoming,
) -> Result<Response, JsValue> {
    if let Some(form) = form.filter(|_| answer.status >= 400) {
        form.drain().await?;
    }
    if let Some(event) = answer.event.take() {
        events::send(*event, incoming).await;
    }
    response::send(answer, &incoming.env, incoming.started)
}
