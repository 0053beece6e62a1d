//! Runs a request's future on JavaScript's own promises.
//!
//! An executor would poll in a microtask of its own, where a trap rejects no promise and the request would hang. Here each
//! `await` is a `then` whose callback polls on, so a trap in it rejects the very promise that the Worker returned.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::cell::Cell;
use core::future::poll_fn;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use js_sys::Promise;
use js_sys::futures::JsFuture;
use wasm_bindgen::prelude::*;

type Settled = Result<JsValue, JsValue>;
type Pending = Pin<Box<dyn Future<Output = Settled>>>;

thread_local! {
    /// From [`wait`] to [`resume`]: the promise that the future waits for.
    static AWAITED: Cell<Option<(JsValue, Rejection)>> = const { Cell::new(None) };
    /// From [`resume`] to [`wait`]: the result of that promise.
    static SETTLED: Cell<Option<Settled>> = const { Cell::new(None) };
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
    /// Whether [`resume`] is polling. If not, another executor polls: that of a Worker that mounts Signpost.
    static IS_POLLING: Cell<bool> = const { Cell::new(false) };
}

/// The effect of a rejected promise.
#[derive(Clone, Copy)]
enum Rejection {
    /// The wait returns an error.
    Returns,
    /// The promise of [`run`] is rejected, and the future is not polled again.
    Ends,
}

#[wasm_bindgen]
extern "C" {
    type Thenable;

    #[wasm_bindgen(method, catch)]
    fn then(this: &Thenable, fulfilled: &JsValue, rejected: &JsValue) -> Result<JsValue, JsValue>;
}

/// A guard that is held while Rust runs. A trap does not drop it, so an instance that has trapped never runs again.
pub(super) struct Running;

impl Running {
    pub(super) fn enter() -> Self {
        assert!(!IS_RUNNING.replace(true), "an earlier trap broke this instance");
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        IS_RUNNING.set(false);
    }
}

/// A guard that is held while [`resume`] polls. It is also dropped if a panic unwinds, as `worker-build --panic-unwind` has it.
struct Polling {
    outer: bool,
}

impl Polling {
    fn enter() -> Self {
        Self { outer: IS_POLLING.replace(true) }
    }
}

impl Drop for Polling {
    fn drop(&mut self) {
        IS_POLLING.set(self.outer);
    }
}

/// Polls the future: returns its result if it waits for nothing, otherwise a promise.
pub(super) fn run(future: impl Future<Output = Settled> + 'static) -> Settled {
    resume(Box::pin(future))
}

/// Waits for a promise. A future that is passed to [`run`] must wait for nothing else; any other executor works too.
pub(super) async fn wait(promise: impl Into<JsValue>) -> Settled {
    wait_as(promise.into(), Rejection::Returns).await
}

/// Waits for a promise. If it is rejected, so is the whole request, which saves a callback.
pub(super) async fn wait_or_end(promise: impl Into<JsValue>) -> Settled {
    wait_as(promise.into(), Rejection::Ends).await
}

async fn wait_as(promise: JsValue, rejection: Rejection) -> Settled {
    if !IS_POLLING.get() {
        return JsFuture::from(Promise::resolve(&promise)).await;
    }
    let mut promise = Some(promise);
    poll_fn(|_| match promise.take() {
        Some(promise) => {
            AWAITED.set(Some((promise, rejection)));
            Poll::Pending
        }
        None => Poll::Ready(SETTLED.take().expect("polled again once it has settled")),
    })
    .await
}

fn resume(mut future: Pending) -> Settled {
    let polling = Polling::enter();
    let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    drop(polling);
    if let Poll::Ready(settled) = polled {
        return settled;
    }
    let (promise, rejection) = AWAITED.take().expect("it waits for a promise");
    let future = Rc::new(Cell::new(Some(future)));
    let fulfilled = callback(&future, Ok);
    let rejected = match rejection {
        Rejection::Returns => callback(&future, Err),
        Rejection::Ends => JsValue::UNDEFINED,
    };
    // As with JavaScript's `await`, a value that is not a promise counts as fulfilled.
    Promise::resolve(&promise).unchecked_into::<Thenable>().then(&fulfilled, &rejected)
}

fn callback(future: &Rc<Cell<Option<Pending>>>, settled: fn(JsValue) -> Settled) -> JsValue {
    let future = Rc::clone(future);
    Closure::once_into_js(move |value: JsValue| {
        let _running = Running::enter();
        SETTLED.set(Some(settled(value)));
        resume(future.take().expect("a promise settles once"))
    })
}
