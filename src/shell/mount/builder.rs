//! Builds a Signpost that is mounted.

use alloc::rc::Rc;
use core::fmt;

use rules::NamedCaller;
use serde_json::Value;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::{Env, Request};

use crate::http::url::is_base_path;
use crate::shell::mount::invalid_config::InvalidConfig;
use crate::shell::signpost::{CallerFn, Shared, Signpost};

const BASE_PATH: &str = r#"the base path: expected one such as "/files", of letters, digits, "-", "_", "." and "~", without a slash at its end"#;

const CONFIG: &str = r#"the configuration: expected an object with members such as "BUCKETS""#;

/// Builds a [`Signpost`] that is mounted in another Worker.
#[derive(Default)]
pub struct Builder {
    config: Option<Value>,
    base_path: String,
    name_caller: Option<CallerFn>,
}

impl Builder {
    /// Mounts it at a path such as `/files`. It then answers `/files/uploads/{rule}`, and URLs in its answers begin so.
    ///
    /// Give it the whole path of a request: routers that cut off a prefix, such as axum's `nest`, hide from it where it is.
    #[must_use]
    pub fn base_path(self, path: impl Into<String>) -> Self {
        Self { base_path: path.into(), ..self }
    }

    /// Takes the configuration from this object, with members such as `BUCKETS`, and not from the environment's variables.
    ///
    /// The checks are the same. Secrets are still read from the environment, by the names that the configuration gives.
    #[must_use]
    pub fn config(self, config: Value) -> Self {
        Self { config: Some(config), ..self }
    }

    /// Names the callers of kind `worker`, for instance by a session cookie or by one's own table of users.
    ///
    /// It is called only for requests to rules that list such a caller. `None` means that the request is not a caller's:
    /// then the rule's other callers are tried, and without any the answer is 401. An error is answered with 503.
    ///
    /// # Example: users with a session
    ///
    /// ```ignore
    /// Signpost::builder().callers(async |request, env| {
    ///     let Some(session) = session::find(request, env).await? else { return Ok(None) };
    ///     Ok(Some(NamedCaller::new(session.user).claim("team", session.team)))
    /// })
    /// ```
    #[must_use]
    pub fn callers<F>(self, name: F) -> Self
    where
        F: AsyncFn(&Request, &Env) -> worker::Result<Option<NamedCaller>> + 'static,
    {
        let name = Rc::new(name);
        let name_caller: CallerFn = Box::new(move |request, env| {
            let name = Rc::clone(&name);
            Box::pin(async move { Ok(name(&request.into(), &env.unchecked_into()).await?) })
        });
        Self { name_caller: Some(name_caller), ..self }
    }

    /// Checks the configuration, and logs the names of secrets and R2 bindings that are missing.
    ///
    /// # Errors
    ///
    /// [`InvalidConfig`] lists what is wrong with it.
    pub fn build(self, env: &Env) -> Result<Signpost, InvalidConfig> {
        let Self { config, base_path, name_caller } = self;
        if !is_base_path(&base_path) {
            return Err(InvalidConfig::new(&base_path, [BASE_PATH]));
        }
        let vars = match config {
            None => None,
            Some(Value::Object(vars)) => Some(vars),
            Some(_) => return Err(InvalidConfig::new(&base_path, [CONFIG])),
        };
        let mut shared = Shared::new(vars, base_path);
        shared.name_caller = name_caller;
        let site = shared.configure(AsRef::<JsValue>::as_ref(env).unchecked_ref());
        match site.errors() {
            [] => Ok(Signpost(Rc::new(shared))),
            errors => Err(InvalidConfig::new(&shared.base_path, errors)),
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("base_path", &self.base_path).finish_non_exhaustive()
    }
}
