//! Makes responses of answers.

use core::cell::RefCell;

use wasm_bindgen::JsValue;
use web_sys::{Headers, Response, ResponseInit};

use crate::http::answer::Answer;
use crate::shell::env::Env;
use crate::shell::{clock, log};

/// How many sets of headers are kept.
const MAX_KEPT: usize = 64;

type Named = (&'static str, alloc::borrow::Cow<'static, str>);

thread_local! {
    /// Headers of earlier answers.
    static KEPT: RefCell<Vec<(Vec<Named>, Headers)>> = const { RefCell::new(Vec::new()) };
}

/// Logs the decision, and makes the response.
pub(super) fn send(answer: Answer, env: &Env, started: f64) -> Result<Response, JsValue> {
    let Answer { status, mut headers, body, record, .. } = answer;
    log::decision(record, status, clock::now() - started, env)?;
    // Nearly every answer has another one, so it is set on the copy.
    let location = headers.iter().position(|(name, _)| *name == "location");
    let location = location.map(|at| headers.remove(at));
    let init = ResponseInit::new();
    init.set_status(status);
    let body = (!body.is_empty()).then_some(body.as_str());
    let response = with_headers(headers, |headers| {
        init.set_headers(headers);
        Response::new_with_opt_str_and_init(body, &init)
    })?;
    if let Some((name, value)) = location {
        response.headers().set(name, one_line(&value))?;
    }
    Ok(response)
}

/// Makes a response with these headers. To copy headers costs half of making them anew, and most answers have those of another.
fn with_headers<T>(
    named: Vec<Named>,
    make: impl FnOnce(&Headers) -> Result<T, JsValue>,
) -> Result<T, JsValue> {
    KEPT.with_borrow_mut(|kept| {
        if let Some((_, headers)) = kept.iter().find(|(known, _)| *known == named) {
            return make(headers);
        }
        let headers = Headers::new()?;
        for (name, value) in &named {
            headers.append(name, one_line(value))?;
        }
        if kept.len() == MAX_KEPT {
            kept.clear();
        }
        let response = make(&headers);
        kept.push((named, headers));
        response
    })
}

/// A header's value ends with its line; the platform would refuse the rest.
fn one_line(value: &str) -> &str {
    value.split(['\r', '\n']).next().unwrap_or_default()
}
