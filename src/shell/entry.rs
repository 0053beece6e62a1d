//! The Worker's entry: returns a response if nothing had to be awaited, otherwise a promise.

#![expect(unreachable_pub, reason = "wasm-bindgen exports what is `pub`")]

use rules::Results;
use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};
use wasm_bindgen::prelude::*;
use web_sys::{Request, Response};

use crate::exchange::Action;
use crate::http::answer::Answer;
use crate::shell::env::Env;
use crate::shell::form::{Form, Forms};
use crate::shell::promise::{self, Running};
use crate::shell::request::Incoming;
use crate::shell::{body, clock, effects, instance, response, secrets};

/// As fast here as the standard library's allocator, and less than half its size.
#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();

/// Most actions performed for one request. The body, a key set, a signature, a limit, a challenge and ten requests to a bucket
/// are the most that one needs; more would be a loop.
const MAX_ROUNDS: usize = 16;

#[wasm_bindgen]
extern "C" {
    /// The result of [`fetch`].
    #[wasm_bindgen(typescript_type = "Response | Promise<Response>")]
    pub type Responding;
}

/// Answers a request; `forms` is the export of `src/js/forms/forms.mjs`.
///
/// # Errors
///
/// Throws the platform's exception, such as a lost connection while the body is read.
#[wasm_bindgen]
pub fn fetch(request: Request, env: Env, forms: Forms) -> Result<Responding, JsValue> {
    let _running = Running::enter();
    let started = clock::now();
    let incoming = Incoming::read(request, env, forms, started);
    promise::run(async move { respond(incoming).await.map(Into::into) }).map(JsCast::unchecked_into)
}

/// Calls [`crate::respond`] until there is an answer, and performs the actions that it returns.
async fn respond(incoming: Incoming) -> Result<Response, JsValue> {
    let names = || instance::site(&incoming.env).secret_names().map(str::to_owned).collect();
    if secrets::refresh(&incoming.env, incoming.started, names).await {
        instance::configure(&incoming.env);
    }
    let (mut body, mut results, mut form) = (None, Results::default(), None);
    if incoming.is_small_json() {
        body = Some(body::small(&incoming.request).await?);
    }
    for _ in 0..=MAX_ROUNDS {
        let site = instance::site(&incoming.env);
        let request = incoming.as_request(body.as_deref(), &results);
        match crate::respond(&site, &request, clock::ambient()) {
            Action::Answer(answer) => return finish(answer, form.as_ref(), &incoming).await,
            Action::ReadBody { max_bytes } => {
                body = Some(body::read(&incoming.request, max_bytes).await?);
            }
            Action::ReadHead { max_bytes } => {
                let form = form.insert(incoming.forms.open(&incoming.request)?);
                body = Some(form.head(max_bytes).await?);
            }
            Action::WriteObject(write) => {
                let Some(form) = &form else { break };
                let (outcome, etag) = form.write_object(&incoming.env, &write.plan()).await?;
                return finish(write.finish(&outcome, &etag), Some(form), &incoming).await;
            }
            Action::Perform(effect) => {
                let result = effects::perform(&effect, &incoming.env).await;
                results.insert(effect, result);
            }
        }
    }
    Err(js_sys::RangeError::new("too many rounds").into())
}

/// Makes the response. Before a form is refused, its rest is drained, so that a client that reads only after sending still
/// gets the response.
async fn finish(
    answer: Answer,
    form: Option<&Form>,
    incoming: &Incoming,
) -> Result<Response, JsValue> {
    if let Some(form) = form.filter(|_| answer.status >= 400) {
        form.drain().await?;
    }
    response::send(answer, &incoming.env, incoming.started)
}
