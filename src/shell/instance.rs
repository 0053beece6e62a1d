//! The site of this instance: read from the environment once, and again when a stored secret has changed.

use alloc::rc::Rc;
use core::cell::RefCell;

use wasm_bindgen::JsValue;
use web_sys::console;

use crate::shell::env::Env;
use crate::shell::secrets;
use crate::site::Site;

thread_local! {
    /// An instance has one thread and one environment.
    static SITE: RefCell<Option<Rc<Site>>> = const { RefCell::new(None) };
}

/// Returns the site, read from `env` if this is the first request of the instance.
pub(super) fn site(env: &Env) -> Rc<Site> {
    SITE.with_borrow(Option::clone).unwrap_or_else(|| configure(env))
}

/// Reads the environment, and logs what is wrong with it.
pub(super) fn configure(env: &Env) -> Rc<Site> {
    let secret = |name: &str| env.text(name).or_else(|| secrets::stored(name));
    let site = Site::new(&env.vars(), secret).with_bindings(|name| env.has_bucket(name));
    for error in site.errors() {
        log(&format!("signpost: {error}"));
    }
    for name in site.missing_secrets() {
        log(&format!("signpost: the secret {} is not set", name.as_str()));
    }
    for name in site.missing_bindings() {
        log(&format!("signpost: no R2 bucket is bound as {}", name.as_str()));
    }
    let site = Rc::new(site);
    SITE.set(Some(Rc::clone(&site)));
    site
}

fn log(line: &str) {
    console::error_1(&JsValue::from_str(line));
}
