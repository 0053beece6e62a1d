//! Signpost in a Worker of one's own, written with the crate `worker`.

mod builder;
mod http_message;
mod invalid_config;
mod lazy;
#[cfg(feature = "queue")]
mod queue;

pub use self::builder::Builder;
pub use self::http_message::HttpMessage;
pub use self::invalid_config::InvalidConfig;
pub use self::lazy::LazySignpost;

use rules::{Results, Unverified, VerifiedLink};
use signer::VerifiedPost;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::{Context, Env};

use crate::shell::answer::respond;
use crate::shell::request::Incoming;
use crate::shell::signpost::Signpost;

impl Signpost {
    /// Reads the configuration from the environment's variables: `BUCKETS`, `CALLERS`, `UPLOADS` and `DOWNLOADS`.
    ///
    /// # Errors
    ///
    /// [`InvalidConfig`] lists what is wrong with it. Missing secrets are no error: rules that need them answer 503.
    pub fn from_env(env: &Env) -> Result<Self, InvalidConfig> {
        Self::builder().build(env)
    }

    /// Sets a base path, callers, or a configuration made in code.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Answers a request: `worker::Request`, or with the feature `http` an `http::Request`.
    ///
    /// A request elsewhere than below the base path gets 404.
    ///
    /// # Errors
    ///
    /// The platform's exception, such as a lost connection while the body is read.
    pub async fn handle<M: HttpMessage>(
        &self,
        request: M,
        env: &Env,
        context: &Context,
    ) -> worker::Result<M::Response> {
        let request = request.into_web()?;
        let env = AsRef::<JsValue>::as_ref(env).clone().unchecked_into();
        let context = AsRef::<JsValue>::as_ref(context.as_ref()).clone().unchecked_into();
        let incoming = Incoming::read(self.clone(), request, env, context);
        let response = respond(&incoming, Results::default()).await?;
        M::response(response)
    }

    /// Checks a request with a presigned URL of one of the buckets, for a Worker that serves the files itself.
    ///
    /// # Errors
    ///
    /// [`Unverified`] names the reason.
    pub async fn verify_link(
        &self,
        request: &worker::Request,
        env: &Env,
    ) -> Result<VerifiedLink, Unverified> {
        self.verified_link(request.inner(), AsRef::<JsValue>::as_ref(env).unchecked_ref()).await
    }

    /// Checks a form that was sent to the bucket with this name in `BUCKETS`: all fields before the file, and the file's name.
    ///
    /// The size of the file must still be checked, with [`VerifiedPost::check_content_length`].
    ///
    /// # Errors
    ///
    /// [`Unverified`] names the reason.
    pub async fn verify_form(
        &self,
        bucket: &str,
        fields: &[(&str, &str)],
        file_name: Option<&str>,
        env: &Env,
    ) -> Result<VerifiedPost, Unverified> {
        let env = AsRef::<JsValue>::as_ref(env).unchecked_ref();
        self.verified_form(bucket, fields, file_name, env).await
    }
}
