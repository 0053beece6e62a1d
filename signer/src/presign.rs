//! Signs a request into a presigned URL.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use crate::bucket::Bucket;
use crate::canonical_request::CanonicalRequest;
use crate::canonical_request::{CanonicalParts, join_names};
use crate::encode;
use crate::expires::Expires;
use crate::header::{HeaderName, HeaderValue};
use crate::object_key::ObjectKey;
use crate::operation::{Method, Operation};
use crate::payload::UNSIGNED_PAYLOAD;
use crate::request::{Request, ReservedQuery};
use crate::signer::Signer;

/// A request to one object, to sign into a URL.
///
/// # Example: a PUT of one PNG of 1,024 bytes that never overwrites an object
///
/// ```
/// use signer::{Bucket, Credentials, Expires, HeaderName, HeaderValue, Method, ObjectKey, Presign, Region, Signer, UnixTime, UrlStyle};
///
/// let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
/// let key = ObjectKey::new("avatars/ada.png")?;
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// let put = Presign::new(Method::Put, &bucket, &key, Expires::from_secs(600).ok_or("too long")?)
///     .header(HeaderName::CONTENT_TYPE, HeaderValue::new("image/png")?)
///     .header(HeaderName::CONTENT_LENGTH, 1_024.into())
///     .header(HeaderName::IF_NONE_MATCH, HeaderValue::new("*")?)
///     .sign(&Signer::new(&credentials, bucket.region(), UnixTime::from_secs(1_451_347_200)));
///
/// assert!(put.url.starts_with("https://s3.example.com/media/avatars/ada.png?"));
/// assert_eq!(put.headers.len(), 3, "the client sends exactly these");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Presign<'a> {
    pub(crate) request: Request<'a>,
    pub(crate) expires: Expires,
}

impl<'a> Presign<'a> {
    /// A request without additional headers or query parameters, valid for `expires` after signing.
    #[must_use]
    pub fn new<'o>(
        operation: impl Into<Operation<'o>>,
        bucket: &'a Bucket,
        key: &'a ObjectKey,
        expires: Expires,
    ) -> Self {
        Self { request: Request::of_object(operation.into(), bucket, key), expires }
    }

    /// Adds a header to sign; replaces an earlier one of the same name. The client must send exactly this value.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.request.headers.insert(name, value);
        self
    }

    /// Adds a query parameter to sign, such as `response-content-type`, `versionId` or `x-amz-request-payer`; replaces an
    /// earlier one of the same name.
    ///
    /// # Errors
    ///
    /// [`ReservedQuery`] if `name` is empty or that of a parameter of a signature, such as `X-Amz-Expires`, in any letter
    /// case.
    pub fn query(mut self, name: &str, value: &str) -> Result<Self, ReservedQuery> {
        self.request.set_query(name, value)?;
        Ok(self)
    }

    /// The bucket that the URL leads to.
    #[must_use]
    pub const fn bucket(&self) -> &'a Bucket {
        self.request.bucket
    }

    /// Signs the request into a URL.
    #[must_use]
    pub fn sign(&self, signer: &Signer<'_>) -> PresignedUrl {
        let headers = self.request.signed_headers();
        let (path, query) = (self.request.path(), self.unsigned_query(&headers, signer));
        let signature = signer.sign(&self.canonical(&path, &query, &headers)).to_string();
        let (origin, name) =
            (self.request.bucket.as_origin(), signer.dialect().parameters().signature);
        self.presigned([origin, &path, "?", &query, "&", name, "=", &signature].concat())
    }

    /// The text that [`Presign::sign`] signs, to compare with the canonical request in S3's `SignatureDoesNotMatch`.
    #[must_use]
    pub fn canonical_request(&self, signer: &Signer<'_>) -> CanonicalRequest {
        let headers = self.request.signed_headers();
        let query = self.unsigned_query(&headers, signer);
        self.canonical(&self.request.path(), &query, &headers)
    }

    pub(crate) fn presigned(&self, url: String) -> PresignedUrl {
        let headers = self.request.headers.as_slice().to_vec();
        PresignedUrl { method: self.request.method, url, headers }
    }

    fn canonical(&self, path: &str, query: &str, headers: &[(&str, &str)]) -> CanonicalRequest {
        let method = self.request.method.as_str();
        CanonicalParts { method, path, query, headers, payload: UNSIGNED_PAYLOAD }.join()
    }

    /// The query without the signature, sorted by encoded name.
    fn unsigned_query(&self, headers: &[(&str, &str)], signer: &Signer<'_>) -> String {
        let (dialect, names) = (signer.dialect(), signer.dialect().parameters());
        let expires = self.expires.as_secs().to_string();
        let credential = encode::query(signer.credential());
        let headers = encode::query(&join_names(headers));
        let token = signer.session_token().map(encode::query);
        let mut parameters = vec![
            (names.algorithm, dialect.algorithm()),
            (names.credential, &credential),
            (names.date, signer.amz_date()),
            (dialect.expires_parameter(), &expires),
            (dialect.signed_headers_parameter(), &headers),
        ];
        parameters.extend(token.iter().map(|token| (names.security_token, token.as_str())));
        let added = self.request.query.iter();
        parameters.extend(added.map(|(name, value)| (name.as_str(), value.as_str())));
        parameters.sort_unstable();
        encode::query_string(parameters)
    }
}

/// A URL that allows its holder one kind of request until it expires.
///
/// ```
/// # use signer::{Bucket, Credentials, Expires, Method, ObjectKey, Presign, PresignedUrl, Region, Signer, UnixTime, UrlStyle};
/// # let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
/// # let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// # let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// # let key = ObjectKey::new("a.txt")?;
/// # let signer = Signer::new(&credentials, bucket.region(), now);
/// let PresignedUrl { method, url, headers } = Presign::new(Method::Get, &bucket, &key, Expires::MAX).sign(&signer);
/// assert_eq!((method, headers.len()), (Method::Get, 0));
/// assert!(url.contains("&X-Amz-Expires=604800&X-Amz-SignedHeaders=host&X-Amz-Signature="));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct PresignedUrl {
    /// The only method that the URL allows.
    pub method: Method,
    /// The URL with its signature. Keep it secret until it expires.
    pub url: String,
    /// The headers that the client must send, with exactly these values. HTTP clients add `host` themselves.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl fmt::Debug for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresignedUrl").field("method", &self.method).finish_non_exhaustive()
    }
}
