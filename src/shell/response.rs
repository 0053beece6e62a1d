//! Converts answers into responses.

use core::cell::RefCell;

use js_sys::Reflect;
use serde::Serialize;
use wasm_bindgen::JsValue;
use web_sys::{Headers, ReadableStream, Response, ResponseInit};

use crate::files::read_object::ObjectAnswer;
use crate::http::answer::Answer;
use crate::shell::env::Env;
use crate::shell::request::Incoming;
use crate::shell::{clock, log};

/// Most sets of headers in the cache.
const MAX_CACHED: usize = 64;

type Named = (&'static str, alloc::borrow::Cow<'static, str>);

thread_local! {
    /// Headers of earlier answers.
    static CACHED: RefCell<Vec<(Vec<Named>, Headers)>> = const { RefCell::new(Vec::new()) };
}

/// Logs the decision, then makes the response.
pub(super) fn send(answer: Answer, env: &Env, started: f64) -> Result<Response, JsValue> {
    let Answer { status, mut headers, body, record, .. } = answer;
    log::decision(record, status, clock::now() - started, env)?;
    // Nearly every answer has a different one, so it is not part of the cached headers.
    let location = take(&mut headers, "location");
    // Never the same twice, and a secret of one client.
    let cookie = take(&mut headers, "set-cookie");
    let init = ResponseInit::new();
    init.set_status(status);
    let body = (!body.is_empty()).then_some(body.as_str());
    let response = with_headers(headers, |headers| {
        init.set_headers(headers);
        Response::new_with_opt_str_and_init(body, &init)
    })?;
    for (name, value) in location.into_iter().chain(cookie) {
        response.headers().set(name, one_line(&value))?;
    }
    Ok(response)
}

fn take(headers: &mut Vec<Named>, name: &str) -> Option<Named> {
    let at = headers.iter().position(|(header, _)| *header == name)?;
    Some(headers.remove(at))
}

/// Logs the decision, then makes the response, whose body can be the bytes of an object.
pub(super) fn send_object(
    answer: ObjectAnswer,
    bytes: Option<&ReadableStream>,
    incoming: &Incoming,
) -> Result<Response, JsValue> {
    let ObjectAnswer { answer: Answer { status, headers, body, record, .. }, metadata, .. } =
        answer;
    log::decision(record, status, clock::now() - incoming.started, &incoming.env)?;
    let named = Headers::new()?;
    for (name, value) in &headers {
        named.append(name, one_line(value))?;
    }
    for (name, value) in &metadata {
        named.append(name, one_line(value))?;
    }
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers(&named);
    // The object is stored as its `Content-Encoding` says. By default the platform would encode it once more.
    Reflect::set(&init, &"encodeBody".into(), &"manual".into())?;
    if bytes.is_some() {
        return Response::new_with_opt_readable_stream_and_init(bytes, &init);
    }
    let body = (!body.is_empty()).then_some(body.as_str());
    Response::new_with_opt_str_and_init(body, &init)
}

/// Makes a response with a JSON body, for another Worker.
pub(super) fn json(status: u16, body: &impl Serialize) -> Result<Response, JsValue> {
    let body = serde_json::to_string(body).map_err(|_| JsValue::UNDEFINED)?;
    let init = ResponseInit::new();
    init.set_status(status);
    Response::new_with_opt_str_and_init(Some(&body), &init)
}

/// Makes a response with these headers. The response copies cached headers, which is faster than making new ones.
fn with_headers<T>(
    named: Vec<Named>,
    make: impl FnOnce(&Headers) -> Result<T, JsValue>,
) -> Result<T, JsValue> {
    CACHED.with_borrow_mut(|cached| {
        if let Some((_, headers)) = cached.iter().find(|(known, _)| *known == named) {
            return make(headers);
        }
        let headers = Headers::new()?;
        for (name, value) in &named {
            headers.append(name, one_line(value))?;
        }
        if cached.len() == MAX_CACHED {
            cached.clear();
        }
        let response = make(&headers);
        cached.push((named, headers));
        response
    })
}

/// Returns the first line of a header's value: the platform throws for a value with line ends.
fn one_line(value: &str) -> &str {
    value.split(['\r', '\n']).next().unwrap_or_default()
}
