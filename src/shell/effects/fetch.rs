//! Fetches a URL of the configuration: a key set, or the result of a challenge.

use alloc::rc::Rc;
use core::cell::{OnceCell, RefCell};

use js_sys::{Array, Promise};
use rules::Fetched;
use wasm_bindgen::prelude::*;
use web_sys::{Headers, RequestInit};

use super::load::{Limits, load};
use crate::shell::env::Context;
use crate::shell::promise::{run, wait};

/// How long to wait for another request's fetch after its deadline, in milliseconds.
const GRACE: u32 = 500;

/// A fetch that has not ended: its promise, and the cell for its result, `None` if it failed.
#[derive(Clone)]
struct Loading {
    url: String,
    promise: JsValue,
    fetched: Rc<OnceCell<Option<Fetched>>>,
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

/// Gets JSON. Requests for the same URL share one fetch, which goes on if the client whose request began it disconnects.
pub(super) async fn get_shared(
    url: &str,
    limits: Limits,
    context: &Context,
) -> Result<Fetched, JsValue> {
    if let Some(shared) = under_way(url) {
        let timeout = timeout(limits.deadline_ms + GRACE);
        wait(Promise::race(&Array::of2(&shared.promise, &timeout))).await?;
        if let Some(fetched) = shared.fetched.get() {
            return fetched.clone().ok_or(JsValue::UNDEFINED);
        }
    }
    let loading = begin(url, limits)?;
    context.wait_until(&loading.promise)?;
    let fetched = Rc::clone(&loading.fetched);
    if fetched.get().is_none() {
        forget(|other| other.url == url);
        UNDER_WAY.with_borrow_mut(|all| all.push(loading.clone()));
    }
    wait(loading.promise).await?;
    fetched.get().cloned().flatten().ok_or(JsValue::UNDEFINED)
}

fn under_way(url: &str) -> Option<Loading> {
    UNDER_WAY.with_borrow(|all| all.iter().find(|loading| loading.url == url).cloned())
}

fn forget(is_over: impl Fn(&Loading) -> bool) {
    UNDER_WAY.with_borrow_mut(|all| all.retain(|loading| !is_over(loading)));
}

/// Begins a fetch. Its promise is never rejected, since nobody may be left to handle that.
fn begin(url: &str, limits: Limits) -> Result<Loading, JsValue> {
    let url = url.to_owned();
    let (target, fetched) = (url.clone(), Rc::new(OnceCell::new()));
    let cell = Rc::clone(&fetched);
    let promise = run(async move {
        let init = with_header("accept", "application/json")?;
        let _ = cell.set(load(&target, &init, limits).await.ok()); // set only here
        forget(|loading| Rc::ptr_eq(&loading.fetched, &cell));
        Ok(JsValue::UNDEFINED)
    })?;
    Ok(Loading { url, promise, fetched })
}

fn timeout(milliseconds: u32) -> Promise {
    Promise::new(&mut |resolve, _| set_timeout(&resolve, milliseconds))
}

fn with_header(name: &str, value: &str) -> Result<RequestInit, JsValue> {
    let (init, headers) = (RequestInit::new(), Headers::new()?);
    headers.set(name, value)?;
    init.set_headers(&headers);
    Ok(init)
}
