//! The types of requests and responses that a mounted Signpost works with.

#[cfg(feature = "http")]
mod http_request;

use worker::EncodeBody;

/// A request that [`Signpost::handle`](crate::Signpost::handle) answers.
pub trait HttpMessage: sealed::Sealed {
    /// The type of the answer.
    type Response;

    #[doc(hidden)]
    fn into_web(self) -> worker::Result<web_sys::Request>;

    #[doc(hidden)]
    fn response(response: web_sys::Response) -> worker::Result<Self::Response>;
}

mod sealed {
    #[expect(unnameable_types, reason = "nobody else implements the trait")]
    pub trait Sealed {}
}

impl sealed::Sealed for worker::Request {}

impl HttpMessage for worker::Request {
    type Response = worker::Response;

    fn into_web(self) -> worker::Result<web_sys::Request> {
        Ok(Clone::clone(self.inner()))
    }

    fn response(response: web_sys::Response) -> worker::Result<Self::Response> {
        // An object is sent as it is stored, whatever its `Content-Encoding` says.
        Ok(worker::Response::from(response).with_encode_body(EncodeBody::Manual))
    }
}
