//! Builds a Signpost that is mounted.

use alloc::rc::Rc;
use core::error::Error;
use core::fmt;

use rules::NamedCaller;
use serde_json::{Map, Value};
use wasm_bindgen::{JsCast as _, JsValue};
use worker::{Env, Request};

use crate::shell::signpost::{Instance, NameCaller, Signpost};

/// Builds a [`Signpost`] that is mounted in another Worker.
#[derive(Default)]
pub struct Builder {
    config: Option<Value>,
    base_path: String,
    name_caller: Option<NameCaller>,
}

impl Builder {
    /// Mounts it at a path such as `/files`. It then answers `/files/uploads/{rule}`, and URLs in its answers begin so.
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
    /// Only requests to rules with such a caller are asked for. `None` means that nobody is known to have sent the request:
    /// then the rule's other callers are tried. An error ends the request.
    #[must_use]
    pub fn callers<F>(self, name: F) -> Self
    where
        F: AsyncFn(&Request) -> worker::Result<Option<NamedCaller>> + 'static,
    {
        let name = Rc::new(name);
        let name_caller: NameCaller = Box::new(move |request| {
            let name = Rc::clone(&name);
            Box::pin(async move { Ok(name(&request.into()).await?) })
        });
        Self { name_caller: Some(name_caller), ..self }
    }

    /// Checks the configuration.
    ///
    /// # Errors
    ///
    /// [`InvalidConfig`] lists what is wrong with it.
    pub fn build(self, env: &Env) -> Result<Signpost, InvalidConfig> {
        let Self { config, base_path, name_caller } = self;
        let valid_path = base_path.is_empty()
            || base_path.starts_with('/')
                && !base_path.ends_with('/')
                && !base_path.contains(['?', '#', '%']);
        if !valid_path {
            let problem = "the base path must begin with a slash, and not end with one: \"/files\"";
            return Err(InvalidConfig(vec![problem.into()]));
        }
        let vars = config.map(object).transpose()?;
        let mut instance = Instance::new(vars, base_path);
        instance.name_caller = name_caller;
        let site = instance.configure(AsRef::<JsValue>::as_ref(env).unchecked_ref());
        match site.errors() {
            [] => Ok(Signpost(Rc::new(instance))),
            errors => Err(InvalidConfig(errors.iter().map(ToString::to_string).collect())),
        }
    }
}

fn object(config: Value) -> Result<Map<String, Value>, InvalidConfig> {
    match config {
        Value::Object(vars) => Ok(vars),
        _ => Err(InvalidConfig(vec!["the configuration must be an object".into()])),
    }
}

/// The errors of a configuration, each with its place.
#[derive(Clone, Debug)]
pub struct InvalidConfig(Vec<String>);

impl fmt::Display for InvalidConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signpost's configuration: {}", self.0.join("; "))
    }
}

impl Error for InvalidConfig {}

impl From<InvalidConfig> for worker::Error {
    fn from(error: InvalidConfig) -> Self {
        Self::RustError(error.to_string())
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").field("base_path", &self.base_path).finish_non_exhaustive()
    }
}
