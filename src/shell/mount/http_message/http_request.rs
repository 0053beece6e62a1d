//! `http::Request`, as axum has it: its body is a stream of Rust's.

use bytes::Bytes;
use http::{Method, Request};
use wasm_bindgen::prelude::*;
use web_sys::{ReadableStream, RequestInit};
use worker::{Body, EncodeBody, HttpResponse, Result, request_to_wasm, response_from_wasm};

use crate::shell::mount::http_message::{HttpMessage, sealed};

#[wasm_bindgen]
extern "C" {
    /// The platform's own stream. Unlike one that is read from Rust, it can be read into a buffer of the reader's, as a form is.
    ///
    /// Spec: <https://developers.cloudflare.com/workers/runtime-apis/streams/transformstream/>
    type IdentityTransformStream;

    #[wasm_bindgen(constructor)]
    fn new() -> IdentityTransformStream;

    type Stream;

    #[wasm_bindgen(method, catch, js_name = pipeThrough)]
    fn pipe_through(
        this: &Stream,
        through: &IdentityTransformStream,
    ) -> core::result::Result<ReadableStream, JsValue>;
}

impl<B> sealed::Sealed for Request<B> {}

impl<B> HttpMessage for Request<B>
where
    B: http_body::Body<Data = Bytes> + 'static,
{
    type Response = HttpResponse;

    fn into_web(self) -> Result<web_sys::Request> {
        // The platform accepts a request with such a method and a body from the network, but makes none.
        if matches!(*self.method(), Method::GET | Method::HEAD) {
            return request_to_wasm(self.map(|_| Body::empty()));
        }
        let is_upload = is_form(&self) || *self.method() == Method::PUT;
        let request = request_to_wasm(self)?;
        match request.body().filter(|_| is_upload) {
            Some(body) => with_body(&request, body.unchecked_ref::<Stream>()),
            None => Ok(request),
        }
    }

    fn response(response: web_sys::Response) -> Result<HttpResponse> {
        let mut response = response_from_wasm(response)?;
        // An object is sent as it is stored, whatever its `Content-Encoding` says.
        response.extensions_mut().insert(EncodeBody::Manual);
        Ok(response)
    }
}

fn is_form<B>(request: &Request<B>) -> bool {
    let media_type = request.headers().get(http::header::CONTENT_TYPE);
    media_type.is_some_and(|value| value.as_bytes().to_ascii_lowercase().starts_with(b"multipart/"))
}

fn with_body(request: &web_sys::Request, body: &Stream) -> Result<web_sys::Request> {
    let init = RequestInit::new();
    init.set_body(body.pipe_through(&IdentityTransformStream::new())?.as_ref());
    Ok(web_sys::Request::new_with_request_and_init(request, &init)?)
}
