//! Where JavaScript and Rust meet: flat arguments in, one flat array out.

#![expect(
    clippy::needless_pass_by_value,
    unreachable_pub,
    reason = "wasm-bindgen hands over optional arguments owned, and exports what is `pub`"
)]

use core::cell::OnceCell;

use js_sys::{Array, Date, JSON, Object, Reflect};
use rules::{Moment, Rules};
use serde_json::{Map, Value};
use signer::UnixTime;
use wasm_bindgen::prelude::*;

use crate::{Answer, Headers, Request, Site, Step};

thread_local! {
    /// One Worker instance has one thread and one environment.
    static SITE: OnceCell<Site> = const { OnceCell::new() };
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(line: &str);
}

/// Reads the environment, once for each instance, and logs what is wrong with it.
#[wasm_bindgen]
pub fn configure(env: &JsValue) {
    let secret = |name: &str| Reflect::get(env, &name.into()).ok()?.as_string();
    let site = Site::new(&vars(env), secret);
    for error in site.errors() {
        console_error(&format!("signpost: {error}"));
    }
    for name in site.missing_secrets() {
        console_error(&format!("signpost: the secret {} is not set", name.as_str()));
    }
    SITE.with(|cell| drop(cell.set(site)));
}

/// Answers a request: `[status, body, name, value, name, value, ...]`, or `[max_bytes]` if the body is wanted first.
#[wasm_bindgen]
pub fn answer(
    method: &str,
    url: &str,
    accept: Option<String>,
    authorization: Option<String>,
    content_length: Option<String>,
    origin: Option<String>,
    body: Option<Vec<u8>>,
) -> Array {
    let headers = Headers {
        accept: accept.as_deref(),
        authorization: authorization.as_deref(),
        content_length: content_length.as_deref(),
        origin: origin.as_deref(),
    };
    let request = Request { method, url, headers, body: body.as_deref() };
    let step =
        SITE.with(|cell| crate::respond(cell.get().expect("configured first"), &request, moment()));
    match step {
        Step::Answer(answer) => flatten(&answer),
        Step::ReadBody { max_bytes } => Array::of1(&max_bytes.into()),
    }
}

fn flatten(answer: &Answer) -> Array {
    let array = Array::of2(&answer.status.into(), &answer.body.as_str().into());
    for (name, value) in &answer.headers {
        array.push(&(*name).into());
        array.push(&value.as_ref().into());
    }
    array
}

/// The configuration's variables. A value that JSON cannot say, such as another binding, is none of them.
fn vars(env: &JsValue) -> Map<String, Value> {
    let value = |name: &str| {
        let text = JSON::stringify(&Reflect::get(env, &name.into()).ok()?).ok()?.as_string()?;
        serde_json::from_str(&text).ok()
    };
    let names = Object::keys(env.unchecked_ref::<Object>());
    let names = names.iter().filter_map(|name| name.as_string()).filter(|name| Rules::is_var(name));
    names.filter_map(|name| Some((name.clone(), value(&name)?))).collect()
}

fn moment() -> Moment {
    Moment { now: UnixTime::from_secs(seconds(Date::now())), random }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates"
)]
fn seconds(milliseconds: f64) -> u64 {
    (milliseconds / 1_000.0) as u64
}

fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the platform has random bytes");
    bytes
}
