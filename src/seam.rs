//! Where JavaScript and Rust meet: flat arguments in, one flat array out.

#![expect(
    clippy::needless_pass_by_value,
    unreachable_pub,
    reason = "wasm-bindgen hands over optional arguments owned, and exports what is `pub`"
)]

use alloc::rc::Rc;
use core::cell::RefCell;

use js_sys::{Array, Date, JSON, Object, Reflect};
use post_object::Algorithm;
use rules::{Facts, Moment, Rules};
use serde_json::{Map, Value};
use signer::UnixTime;
use wasm_bindgen::prelude::*;

use crate::{Answer, Headers, Request, Site, Step};

thread_local! {
    /// One Worker instance has one thread and one environment.
    static SITE: RefCell<Option<Rc<Site>>> = const { RefCell::new(None) };
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(line: &str);
}

/// Reads the environment, and logs what is wrong with it; returns the names of the secrets that it uses.
///
/// `stored` has the values of secrets that `env` only refers to.
#[wasm_bindgen]
pub fn configure(env: &JsValue, stored: &JsValue) -> Vec<String> {
    let text = |from: &JsValue, name: &str| Reflect::get(from, &name.into()).ok()?.as_string();
    let secret = |name: &str| text(env, name).or_else(|| text(stored, name));
    let bound = |name: &str| {
        let bucket = Reflect::get(env, &name.into());
        bucket.is_ok_and(|bucket| Reflect::has(&bucket, &"put".into()).unwrap_or(false))
    };
    let site = Site::new(&vars(env), secret).with_bindings(bound);
    for error in site.errors() {
        console_error(&format!("signpost: {error}"));
    }
    for name in site.missing_secrets() {
        console_error(&format!("signpost: the secret {} is not set", name.as_str()));
    }
    for name in site.missing_bindings() {
        console_error(&format!("signpost: no R2 bucket is bound as {}", name.as_str()));
    }
    let names = site.secret_names().map(str::to_owned).collect();
    SITE.set(Some(Rc::new(site)));
    names
}

/// Answers a request: `[status, body, record, name, value, name, value, ...]`. Or says what is wanted first: `[max_bytes]` for
/// the body, `["head", max_bytes]` for the head of a form, `["store", what]` for its file to be stored, `[id, need]` for something that only the platform can do, to be handed back as a fact under its id.
#[expect(
    clippy::too_many_arguments,
    reason = "a text each costs less than an object that holds them"
)]
#[wasm_bindgen]
pub fn answer(
    method: &str,
    url: &str,
    accept: Option<String>,
    authorization: Option<String>,
    content_type: Option<String>,
    content_length: Option<String>,
    origin: Option<String>,
    assertion: Option<String>,
    address: Option<String>,
    fetch_site: Option<String>,
    turnstile: Option<String>,
    started: f64,
    body: Option<Vec<u8>>,
    facts: Option<String>,
) -> Array {
    let headers = Headers {
        accept: accept.as_deref(),
        authorization: authorization.as_deref(),
        content_type: content_type.as_deref(),
        content_length: content_length.as_deref(),
        origin: origin.as_deref(),
        assertion: assertion.as_deref(),
        address: address.as_deref(),
        fetch_site: fetch_site.as_deref(),
        turnstile: turnstile.as_deref(),
    };
    let facts = facts.as_deref().map(Facts::from_json).unwrap_or_default();
    let request = Request { method, url, headers, body: body.as_deref(), facts: &facts };
    let site = SITE.with_borrow(Option::clone).expect("configured first");
    match crate::respond(&site, &request, moment()) {
        Step::Answer(answer) => flatten(&answer, started),
        Step::ReadBody { max_bytes } => Array::of1(&max_bytes.into()),
        Step::ReadHead { max_bytes } => Array::of2(&"head".into(), &max_bytes.into()),
        Step::Store(store) => {
            let json = serde_json::to_string(&store).expect("text and numbers are JSON");
            Array::of2(&"store".into(), &json.into())
        }
        Step::Need(need) => Array::of2(&need.id().into(), &need.to_json().into()),
    }
}

/// Answers once a file is stored, or is not; `then` comes from what was to be stored.
#[wasm_bindgen]
pub fn settle(then: &str, outcome: &str, etag: &str, started: f64) -> Array {
    flatten(&crate::settle(then, outcome, etag), started)
}

/// The checksum of all bytes so far, from that of those before: 0 for none.
#[wasm_bindgen]
pub fn crc(algorithm: &str, before: u64, bytes: &[u8]) -> u64 {
    Algorithm::named(algorithm)
        .and_then(|algorithm| algorithm.crc(before, bytes))
        .unwrap_or_default()
}

fn flatten(answer: &Answer, started: f64) -> Array {
    let record = answer.record.to_line(milliseconds(Date::now() - started)).unwrap_or_default();
    let array = Array::of3(&answer.status.into(), &answer.body.as_str().into(), &record.into());
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
    Moment { now: UnixTime::from_secs(milliseconds(Date::now()) / 1_000), random }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates"
)]
const fn milliseconds(float: f64) -> u64 {
    float as u64
}

fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the platform has random bytes");
    bytes
}
