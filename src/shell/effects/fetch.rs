//! Fetches a URL of the configuration: a key set, or the verdict on a challenge.

use alloc::rc::Rc;
use core::cell::{OnceCell, RefCell};

use js_sys::{Array, Promise};
use rules::Fetched;
use wasm_bindgen::prelude::*;
use web_sys::{Headers, RequestInit};

use super::load::{Limits, load};
use crate::shell::promise::{run, wait};

/// How much longer than its deadline another request's fetch is waited for, in milliseconds.
const GRACE: u32 = 500;

/// A fetch under way: its promise, and where it puts what it brings.
#[derive(Clone)]
struct Loading {
    url: String,
    promise: JsValue,
    fetched: Rc<OnceCell<Fetched>>,
}

thread_local! {
    static UNDER_WAY: RefCell<Vec<Loading>> = const { RefCell::new(Vec::new()) };
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, milliseconds: u32);
}

/// Posts a form.
pub(super) async fn post(url: &str, form: &str, limits: Limits) -> Result<Fetched, JsValue> {
    let init = with_header("content-type", "application/x-www-form-urlencoded")?;
    init.set_method("POST");
    init.set_body(&form.into());
    load(url, &init, limits).await
}

/// Gets JSON, in one fetch for all who wait for the same. If the request that began it is gone, each begins its own.
pub(super) async fn shared(url: &str, limits: Limits) -> Result<Fetched, JsValue> {
    if let Some(other) = under_way(url) {
        let pause = pause(limits.deadline_ms + GRACE);
        wait(Promise::race(&Array::of2(&other.promise, &pause))).await?;
        if let Some(fetched) = other.fetched.get() {
            return Ok(fetched.clone());
        }
    }
    let loading = begin(url, limits)?;
    UNDER_WAY.with_borrow_mut(|all| {
        all.retain(|other| other.url != url);
        all.push(loading.clone());
    });
    let ended = wait(loading.promise).await;
    UNDER_WAY.with_borrow_mut(|all| {
        all.retain(|other| !Rc::ptr_eq(&other.fetched, &loading.fetched));
    });
    ended?;
    loading.fetched.get().cloned().ok_or(JsValue::UNDEFINED)
}

fn under_way(url: &str) -> Option<Loading> {
    UNDER_WAY.with_borrow(|all| all.iter().find(|loading| loading.url == url).cloned())
}

fn begin(url: &str, limits: Limits) -> Result<Loading, JsValue> {
    let url = url.to_owned();
    let (from, fetched) = (url.clone(), Rc::new(OnceCell::new()));
    let into = Rc::clone(&fetched);
    let promise = run(async move {
        let init = with_header("accept", "application/json")?;
        let _ = into.set(load(&from, &init, limits).await?); // set once
        Ok(JsValue::UNDEFINED)
    })?;
    Ok(Loading { url, promise, fetched })
}

fn pause(milliseconds: u32) -> Promise {
    Promise::new(&mut |resolve, _| set_timeout(&resolve, milliseconds))
}

fn with_header(name: &str, value: &str) -> Result<RequestInit, JsValue> {
    let (init, headers) = (RequestInit::new(), Headers::new()?);
    headers.set(name, value)?;
    init.set_headers(&headers);
    Ok(init)
}
