//! Fetches that several requests share. Each goes on if the client whose request began it disconnects.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::cell::{OnceCell, RefCell};
use core::pin::Pin;

use js_sys::{Array, Promise};
use rules::Fetched;
use wasm_bindgen::prelude::*;

use crate::shell::env::Context;
use crate::shell::promise::{run, wait};

/// How long to wait for another request's fetch after its deadline, in milliseconds.
const GRACE: u32 = 500;

/// A fetch that has not begun. It is boxed, so that the code around it is compiled once.
pub(super) type Load = Pin<Box<dyn Future<Output = Option<Fetched>>>>;

/// A fetch that has not ended: its promise, and the cell for its result, `None` if it failed.
#[derive(Clone)]
struct Loading {
    id: String,
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

/// Waits for the fetch with this id. If none is under way, or that one takes too long, begins `load`.
pub(super) async fn wait_for(
    id: &str,
    deadline_ms: u32,
    context: &Context,
    load: Load,
) -> Result<Fetched, JsValue> {
    if let Some(shared) = under_way(id) {
        let timeout = timeout(deadline_ms + GRACE);
        wait(Promise::race(&Array::of2(&shared.promise, &timeout))).await?;
        if let Some(fetched) = shared.fetched.get() {
            return fetched.clone().ok_or(JsValue::UNDEFINED);
        }
    }
    let loading = begin(id, context, load)?;
    let fetched = Rc::clone(&loading.fetched);
    wait(loading.promise).await?;
    fetched.get().cloned().flatten().ok_or(JsValue::UNDEFINED)
}

/// Begins `load`, unless a fetch with this id is under way.
pub(super) fn begin_once(id: &str, context: &Context, load: Load) -> Result<(), JsValue> {
    if under_way(id).is_none() {
        begin(id, context, load)?;
    }
    Ok(())
}

fn under_way(id: &str) -> Option<Loading> {
    UNDER_WAY.with_borrow(|all| all.iter().find(|loading| loading.id == id).cloned())
}

fn forget(is_over: impl Fn(&Loading) -> bool) {
    UNDER_WAY.with_borrow_mut(|all| all.retain(|loading| !is_over(loading)));
}

/// Begins a fetch. Its promise is never rejected, since nobody may be left to handle that.
fn begin(id: &str, context: &Context, load: Load) -> Result<Loading, JsValue> {
    let fetched = Rc::new(OnceCell::new());
    let cell = Rc::clone(&fetched);
    let promise = run(async move {
        let _ = cell.set(load.await); // set only here
        forget(|loading| Rc::ptr_eq(&loading.fetched, &cell));
        Ok(JsValue::UNDEFINED)
    })?;
    context.wait_until(&promise)?;
    let loading = Loading { id: id.to_owned(), promise, fetched };
    if loading.fetched.get().is_none() {
        forget(|other| other.id == id);
        UNDER_WAY.with_borrow_mut(|all| all.push(loading.clone()));
    }
    Ok(loading)
}

fn timeout(milliseconds: u32) -> Promise {
    Promise::new(&mut |resolve, _| set_timeout(&resolve, milliseconds))
}
