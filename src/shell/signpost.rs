//! One Signpost: a configuration at a base path, and the secrets that it uses.

use alloc::rc::Rc;
use core::cell::RefCell;
use core::pin::Pin;

use rules::{NamedCaller, STATE_BINDING, STATE_LINES};
use serde_json::{Map, Value};
use wasm_bindgen::JsValue;
use web_sys::{Request, console};

use crate::shell::env::Env;
use crate::shell::secrets::Secrets;
use crate::site::Site;

/// A Signpost. Clones share its secrets and its caches.
#[derive(Clone)]
pub struct Signpost(pub(super) Rc<Shared>);

/// A function that says who sent a request.
pub(super) type CallerFn = Box<dyn Fn(Request, Env) -> Naming>;

type Naming = Pin<Box<dyn Future<Output = Result<Option<NamedCaller>, JsValue>>>>;

/// The configuration, base path and caches that clones share.
pub(super) struct Shared {
    /// The configuration, if it is not in the environment's variables.
    pub(super) vars: Option<Map<String, Value>>,
    /// The path at which it is mounted, such as `/files`; empty if it is the whole Worker.
    pub(super) base_path: String,
    /// Says who sent a request, if a Worker mounts it that can tell.
    pub(super) name_caller: Option<CallerFn>,
    pub(super) secrets: Secrets,
    /// Empty until the first request.
    site: RefCell<Option<Rc<Site>>>,
}

impl Signpost {
    /// Makes the Signpost of the deployed Worker. It reads the configuration at the first request; while that has
    /// errors, it logs them and every answer is 503.
    #[must_use]
    pub fn deployed() -> Self {
        Self(Rc::new(Shared::new(None, String::new())))
    }
}

impl Shared {
    pub(super) fn new(vars: Option<Map<String, Value>>, base_path: String) -> Self {
        Self {
            vars,
            base_path,
            name_caller: None,
            secrets: Secrets::default(),
            site: RefCell::new(None),
        }
    }

    /// Returns the rules with their secrets, read from `env` if this is the first request. Logs what is wrong with the rules.
    pub(super) fn site(&self, env: &Env) -> Rc<Site> {
        let site = self.site.borrow().clone();
        site.unwrap_or_else(|| {
            let site = self.configure(env);
            for error in site.errors() {
                log(&format!("signpost: {error}"));
            }
            site
        })
    }

    /// Returns the rules with their secrets, after secrets in the store have been read again if they are due.
    pub(super) async fn refreshed(&self, env: &Env, now: f64) -> Rc<Site> {
        // Before the secrets are borrowed, since reading the configuration looks them up.
        let site = self.site(env);
        let names = || site.secret_names().map(str::to_owned).collect();
        if self.secrets.refresh(env, now, names).await {
            return self.configure(env);
        }
        self.site(env)
    }

    /// Reads the environment, and logs what is missing from it.
    pub(super) fn configure(&self, env: &Env) -> Rc<Site> {
        let secret = |name: &str| env.text(name).or_else(|| self.secrets.stored(name));
        let vars = self.vars.clone().unwrap_or_else(|| env.vars());
        let site = Site::new(&vars, secret)
            .with_bindings(|name| env.has_bucket(name))
            .with_state(env.state_namespace().is_some());
        for name in site.missing_secrets() {
            log(&format!("signpost: the secret {} is not set", name.as_str()));
        }
        for denial in site.refused_secrets() {
            log(&format!("signpost: {denial}"));
        }
        for name in site.missing_bindings() {
            log(&format!("signpost: no R2 bucket is bound as {}", name.as_str()));
        }
        if site.lacks_state() {
            log(&format!(
                "signpost: {STATE_BINDING} is not bound; add to wrangler.toml:\n{STATE_LINES}"
            ));
        }
        let site = Rc::new(site);
        self.site.replace(Some(Rc::clone(&site)));
        site
    }
}

/// Shows the base path only.
impl core::fmt::Debug for Signpost {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Signpost").field("base_path", &self.0.base_path).finish_non_exhaustive()
    }
}

fn log(line: &str) {
    console::error_1(&JsValue::from_str(line));
}
