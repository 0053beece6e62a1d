//! Incoming requests: the platform's request, and the parts of it that are read.

use js_sys::Reflect;
use rules::Results;
use wasm_bindgen::JsValue;
use web_sys::Request;

use crate::http::request::{self, Headers};
use crate::http::url::Url;
use crate::shell::env::{Context, Env};
use crate::shell::signpost::Signpost;
use crate::shell::{body, clock};

/// Longest JSON body that is read before routing, in bytes. To call [`crate::respond`] a second time would take longer.
const SMALL: usize = 16_384;

/// An incoming request. It reads only the headers that are used, since each read costs time.
pub(super) struct Incoming {
    pub(super) signpost: Signpost,
    pub(super) request: Request,
    pub(super) env: Env,
    pub(super) context: Context,
    /// When it arrived, in milliseconds since 1970.
    pub(super) started: f64,
    method: String,
    url: String,
    authorization: Option<String>,
    origin: Option<String>,
    accept: Option<String>,
    content_type: Option<String>,
    content_length: Option<String>,
    fetch_site: Option<String>,
    country: Option<String>,
    /// The headers that only some rules use.
    rule_headers: Vec<(&'static str, Option<String>)>,
}

impl Incoming {
    pub(super) fn read(signpost: Signpost, request: Request, env: Env, context: Context) -> Self {
        let started = clock::now();
        let site = signpost.0.site(&env);
        let (method, headers) = (request.method(), request.headers());
        let header =
            |name: &str| headers.get(name).ok().flatten().filter(|value| !value.is_empty());
        let has_body = !matches!(method.as_str(), "GET" | "HEAD");
        let of_body = |name: &str| if has_body { header(name) } else { None };
        let origin = header("origin");
        Self {
            url: request.url(),
            authorization: header("authorization"),
            accept: if has_body { None } else { header("accept") },
            content_type: of_body("content-type"),
            content_length: of_body("content-length"),
            fetch_site: if origin.is_none() { of_body("sec-fetch-site") } else { None },
            rule_headers: site.headers().iter().map(|name| (*name, header(name))).collect(),
            country: if site.reads_country() { country(&request) } else { None },
            origin,
            signpost,
            request,
            env,
            context,
            started,
            method,
        }
    }

    /// Replaces the URL.
    pub(super) fn at(self, url: String) -> Self {
        Self { url, ..self }
    }

    /// Returns whether the body is JSON, and short.
    pub(super) fn is_small_json(&self) -> bool {
        let length = self.content_length.as_ref().and_then(|length| length.parse().ok());
        let media_type = self.content_type.as_deref().unwrap_or_default();
        self.method == "POST"
            && length.is_some_and(|length: usize| length <= SMALL)
            && media_type.starts_with("application/json")
            && !body::is_compressed(&self.request.headers())
    }

    /// Returns whether the body is a file, which may be large.
    pub(super) fn is_put(&self) -> bool {
        self.method == "PUT"
    }

    /// Borrows the request for [`crate::respond`].
    pub(super) fn as_request<'a>(
        &'a self,
        body: Option<&'a [u8]>,
        results: &'a Results,
    ) -> request::Request<'a> {
        let address = self.rule_headers.iter().find(|(name, _)| *name == "cf-connecting-ip");
        let headers = Headers {
            accept: self.accept.as_deref(),
            authorization: self.authorization.as_deref(),
            content_type: self.content_type.as_deref(),
            content_length: self.content_length.as_deref(),
            origin: self.origin.as_deref(),
            address: address.and_then(|(_, value)| value.as_deref()),
            fetch_site: self.fetch_site.as_deref(),
            country: self.country.as_deref(),
            rule_headers: &self.rule_headers,
        };
        let url = Url::below(&self.url, &self.signpost.0.base_path);
        request::Request { method: &self.method, url, headers, body, results }
    }
}

/// Returns `request.cf.country`. Clients can send a header of that meaning, but not this.
fn country(request: &Request) -> Option<String> {
    let member = |of: &JsValue, name: &str| Reflect::get(of, &name.into());
    member(&member(request, "cf").ok()?, "country").ok()?.as_string()
}
