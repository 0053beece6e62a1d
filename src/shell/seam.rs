//! Where JavaScript and Rust meet: flat arguments in, one flat array out.

#![expect(
    clippy::needless_pass_by_value,
    unreachable_pub,
    reason = "wasm-bindgen hands over optional arguments owned, and exports what is `pub`"
)]

use alloc::rc::Rc;
use core::cell::RefCell;

use js_sys::{JSON, Object, Reflect};
use rules::{Ambient, Results, Rules};
use serde_json::{Map, Value};
use signer::UnixTime;
use talc::wasm::{WasmDynamicTalc, new_wasm_dynamic_allocator};
use wasm_bindgen::prelude::*;

use crate::exchange::Action;
use crate::http::answer::Answer;
use crate::http::request::Headers;
use crate::http::request::Request;
use crate::http::url::Url;
use crate::site::Site;

/// As fast here as the standard library's own, in less than half the room.
#[global_allocator]
static ALLOCATOR: WasmDynamicTalc = new_wasm_dynamic_allocator();

thread_local! {
    /// One Worker instance has one thread and one environment.
    static SITE: RefCell<Option<Rc<Site>>> = const { RefCell::new(None) };
    /// Each is used once.
    static RANDOM: RefCell<Vec<[u8; 16]>> = const { RefCell::new(Vec::new()) };
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(line: &str);
}

/// Reads the environment, and logs what is wrong with it; returns the names of the secrets that it uses, each with a space behind it.
///
/// `stored` has the values of secrets that `env` only refers to.
#[wasm_bindgen]
pub fn configure(env: &JsValue, stored: &JsValue) -> String {
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
    let names = spaced(&site.secret_names().collect::<Vec<_>>());
    SITE.set(Some(Rc::new(site)));
    names
}

/// The names of the headers whose values follow those that every request is described by, each with a space behind it.
#[wasm_bindgen]
pub fn headers() -> String {
    let site = SITE.with_borrow(Option::clone).expect("configured first");
    spaced(site.headers())
}

/// Names as one text, which costs less than an array of them.
fn spaced(names: &[&str]) -> String {
    let mut text = String::new();
    for name in names {
        text.extend([name, " "]);
    }
    text
}

/// Answers a request that is described as [`described`] reads it, and was received at `started`.
///
/// One text comes back, for a text costs less than the objects that could hold its parts. An answer begins with its status,
/// see [`written`]. What is wanted first begins with a word instead, a line each: `body` or `head` and how many bytes of it at
/// most, `write` and what, `effect` with its id and the effect, whose result is handed back under that id.
#[wasm_bindgen]
pub fn answer(
    head: &str,
    started: f64,
    now: f64,
    body: Option<Vec<u8>>,
    results: Option<String>,
) -> String {
    let site = SITE.with_borrow(Option::clone).expect("configured first");
    let results = results.as_deref().map(Results::from_json).unwrap_or_default();
    let request = Request { body: body.as_deref(), results: &results, ..described(head, &site) };
    match crate::respond(&site, &request, ambient(now)) {
        Action::Answer(answer) => written(answer, now - started),
        Action::ReadBody { max_bytes } => format!("body\n{max_bytes}"),
        Action::ReadHead { max_bytes } => format!("head\n{max_bytes}"),
        Action::WriteObject(write) => {
            let json = serde_json::to_string(&write).expect("text and numbers are JSON");
            format!("write\n{json}")
        }
        Action::Perform(effect) => format!("effect\n{}\n{}", effect.id(), effect.to_json()),
    }
}

/// Reads method, URL and headers, a line each, empty for a header that is not there.
fn described<'a>(head: &'a str, site: &Site) -> Request<'a> {
    let mut lines = head.split('\n');
    let mut line = || lines.next().filter(|line| !line.is_empty());
    let (method, url) = (line().unwrap_or_default(), Url::new(line().unwrap_or_default()));
    let mut headers = Headers {
        authorization: line(),
        origin: line(),
        accept: line(),
        content_type: line(),
        content_length: line(),
        fetch_site: line(),
        ..Headers::default()
    };
    for name in site.headers() {
        match *name {
            "cf-access-jwt-assertion" => headers.assertion = line(),
            "cf-connecting-ip" => headers.address = line(),
            _ => headers.turnstile = line(),
        }
    }
    Request { method, url, headers, body: None, results: Results::NONE }
}

/// The status and the record in a line, the headers in a line each, an empty line, the body.
///
/// `location` comes last, since the others are mostly those of another answer, which the shell kept.
pub(crate) fn written(answer: Answer, took: f64) -> String {
    let record = answer.record.into_line(milliseconds(took)).unwrap_or_default();
    let mut text = String::with_capacity(512 + record.len() + answer.body.len());
    text.push_str(&answer.status.to_string());
    text.push(' ');
    text.push_str(&record);
    let is_location = |(name, _): &&(&str, _)| *name == "location";
    let others = answer.headers.iter().filter(|header| !is_location(header));
    for (name, value) in others.chain(answer.headers.iter().find(is_location)) {
        // A line end would begin another header.
        let value = value.lines().next().unwrap_or_default();
        for part in ["\n", name, ": ", value] {
            text.push_str(part);
        }
    }
    text.push_str("\n\n");
    text.push_str(&answer.body);
    text
}

/// The configuration's variables. A value that JSON cannot say, such as another binding, is none of them.
fn vars(env: &JsValue) -> Map<String, Value> {
    let value = |name: &str| {
        let text = JSON::stringify(&Reflect::get(env, &name.into()).ok()?).ok()?.as_string()?;
        rules::read_json(&text).ok()
    };
    let names = Object::keys(env.unchecked_ref::<Object>());
    let names = names.iter().filter_map(|name| name.as_string()).filter(|name| Rules::is_var(name));
    let mut vars = Map::new();
    for name in names {
        if let Some(value) = value(&name) {
            vars.insert(name, value);
        }
    }
    vars
}

fn ambient(now: f64) -> Ambient {
    Ambient { now: UnixTime::from_secs(milliseconds(now) / 1_000), random }
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

/// Random bytes for one identifier, of those that were got for many: asking for them costs more than making a signature.
fn random() -> [u8; 16] {
    RANDOM.with_borrow_mut(|ready| {
        if ready.is_empty() {
            let mut bytes = [0; 1024];
            getrandom::fill(&mut bytes).expect("the platform has random bytes");
            ready.extend_from_slice(bytes.as_chunks().0);
        }
        ready.pop().expect("just filled")
    })
}
