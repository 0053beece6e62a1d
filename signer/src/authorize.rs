//! Signs a request in its `Authorization` header.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use crate::bucket::Bucket;
use crate::canonical_request::CanonicalRequest;
use crate::canonical_request::{CanonicalParts, join_names};
use crate::encode;
use crate::header::{HeaderName, HeaderValue};
use crate::object_key::ObjectKey;
use crate::operation::{Method, Operation};
use crate::payload::Payload;
use crate::request::{Request, ReservedQuery};
use crate::signer::Signer;

/// A request to sign in its headers, for a program that sends it immediately.
///
/// # Example: read an object
///
/// ```
/// use signer::{Authorize, Bucket, Credentials, Method, ObjectKey, Payload, Region, Signer, UnixTime, UrlStyle};
///
/// let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
/// let key = ObjectKey::new("avatars/ada.png")?;
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// let get = Authorize::new(Method::Get, &bucket, &key, Payload::of(b""))
///     .sign(&Signer::new(&credentials, bucket.region(), UnixTime::from_secs(1_451_347_200)));
///
/// assert_eq!(get.url, "https://s3.example.com/media/avatars/ada.png");
/// let names: Vec<_> = get.headers.iter().map(|(name, _)| name.as_str()).collect();
/// assert_eq!(names, ["authorization", "x-amz-content-sha256", "x-amz-date"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Authorize<'a> {
    request: Request<'a>,
    payload: Payload,
}

impl<'a> Authorize<'a> {
    /// A request to one object, without additional headers or query parameters.
    #[must_use]
    pub fn new<'o>(
        operation: impl Into<Operation<'o>>,
        bucket: &'a Bucket,
        key: &'a ObjectKey,
        payload: Payload,
    ) -> Self {
        Self { request: Request::of_object(operation.into(), bucket, key), payload }
    }

    /// A request to the bucket itself, such as a listing.
    #[must_use]
    pub const fn of_bucket(method: Method, bucket: &'a Bucket, payload: Payload) -> Self {
        Self { request: Request::of_bucket(method, bucket), payload }
    }

    /// Adds a header to sign; replaces an earlier one of the same name.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.request.headers.insert(name, value);
        self
    }

    /// Adds a query parameter to sign; replaces an earlier one of the same name.
    ///
    /// # Errors
    ///
    /// [`ReservedQuery`] if `name` is empty or that of a parameter of a signature, such as `X-Amz-Expires`, in any letter
    /// case.
    pub fn query(mut self, name: &str, value: &str) -> Result<Self, ReservedQuery> {
        self.request.set_query(name, value)?;
        Ok(self)
    }

    /// Signs the request. S3 accepts it for 15 minutes.
    #[must_use]
    pub fn sign(&self, signer: &Signer<'_>) -> AuthorizedRequest {
        let dated = self.dated(signer);
        let (path, query) = (self.request.path(), self.query_string());
        let signature = signer.sign(&self.canonical(&dated, &path, &query));
        let names = join_names(&dated.signed_headers());
        let authorization = HeaderValue::made_by_signing(format!(
            "{} Credential={}, SignedHeaders={names}, Signature={signature}",
            signer.dialect().algorithm(),
            signer.credential(),
        ));
        let separator = if query.is_empty() { "" } else { "?" };
        let url = format!("{}{path}{separator}{query}", self.request.bucket.as_origin());
        let authorization = [(HeaderName::made_by_signing("authorization"), authorization)];
        let headers = authorization.into_iter().chain(dated.headers).collect();
        AuthorizedRequest { method: self.request.method, url, headers }
    }

    /// The text that [`Authorize::sign`] signs, to compare with the canonical request in S3's `SignatureDoesNotMatch`.
    #[must_use]
    pub fn canonical_request(&self, signer: &Signer<'_>) -> CanonicalRequest {
        let dated = self.dated(signer);
        self.canonical(&dated, &self.request.path(), &self.query_string())
    }

    /// The request with the headers that signing adds: date, hash of the body, session token.
    fn dated(&self, signer: &Signer<'_>) -> Request<'a> {
        let (dialect, names) = (signer.dialect(), signer.dialect().fields());
        let payload = self.payload.to_string();
        let date = signer.amz_date().to_string();
        let token = signer.session_token().map(|token| (names.security_token, token.to_string()));
        let headers =
            [(dialect.content_sha256(), payload), (names.date, date)].into_iter().chain(token);
        let mut request = self.request.clone();
        for (name, value) in headers {
            let name = HeaderName::made_by_signing(name);
            request.headers.insert(name, HeaderValue::made_by_signing(value));
        }
        request
    }

    fn canonical(&self, dated: &Request<'_>, path: &str, query: &str) -> CanonicalRequest {
        let (method, headers) = (dated.method.as_str(), dated.signed_headers());
        let payload = self.payload.to_string();
        CanonicalParts { method, path, query, headers: &headers, payload: &payload }.join()
    }

    fn query_string(&self) -> String {
        let query = self.request.query.iter();
        encode::query_string(query.map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

/// A signed request, ready to send.
///
/// ```
/// # use signer::{Authorize, Bucket, Credentials, Method, Payload, Region, Signer, UnixTime, UrlStyle};
/// # let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
/// # let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// # let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// let list = Authorize::of_bucket(Method::Get, &bucket, Payload::of(b""))
///     .query("list-type", "2")?
///     .sign(&Signer::new(&credentials, bucket.region(), now));
/// assert_eq!(list.url, "https://s3.example.com/media?list-type=2");
/// for (name, value) in &list.headers {
///     println!("{}: {}", name.as_str(), value.as_str());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct AuthorizedRequest {
    /// The method.
    pub method: Method,
    /// The URL, which contains no secret.
    pub url: String,
    /// The headers to send, including the signature. HTTP clients add `host` themselves.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl fmt::Debug for AuthorizedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizedRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
