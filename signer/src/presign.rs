//! A request that carries its signature in the query.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Range, RangeFrom};

use crate::canonical_request::{CanonicalParts, joined_names};
use crate::encode::{self, Hex};
use crate::request::{Request, ReservedQuery};
use crate::{
    Bucket, CanonicalRequest, Expires, HeaderName, HeaderValue, Method, ObjectKey, Operation,
    Signer,
};

/// A request to one object, about to be signed into a URL.
///
/// # Example: a PUT that takes one PNG of 1,024 bytes and never overwrites
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
    /// A request without further headers or query, good for `expires` from the moment it is signed.
    #[must_use]
    pub fn new<'o>(
        operation: impl Into<Operation<'o>>,
        bucket: &'a Bucket,
        key: &'a ObjectKey,
        expires: Expires,
    ) -> Self {
        Self { request: Request::of_object(operation.into(), bucket, key), expires }
    }

    /// Signs a header: the client must send it with this very value. Takes the place of an earlier one of that name.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.request.headers.insert(name, value);
        self
    }

    /// Signs a query parameter, such as `response-content-type` or `versionId`. Takes the place of an earlier one.
    ///
    /// # Errors
    ///
    /// [`ReservedQuery`] if `name` is empty or one of a signature's own (`X-Amz-...`, `X-Goog-...`).
    pub fn query(mut self, name: &str, value: &str) -> Result<Self, ReservedQuery> {
        self.request.set_query(name, value)?;
        Ok(self)
    }

    /// Signs the request into a URL.
    #[must_use]
    pub fn sign(&self, signer: &Signer<'_>) -> PresignedUrl {
        let unsigned = self.unsigned(signer);
        let hash = unsigned.parts(&self.request, &self.request.canonical_rest()).to_hash();
        let mut url = unsigned.url;
        let digits = Hex::new(signer.sign(&hash).as_bytes());
        push_name(&mut url, signer.dialect().parameters().signature);
        url.push_str(digits.as_str());
        self.presigned(url)
    }

    /// The text that [`Presign::sign`] signs, to set beside the one in S3's `SignatureDoesNotMatch`.
    #[must_use]
    pub fn canonical_request(&self, signer: &Signer<'_>) -> CanonicalRequest {
        let unsigned = self.unsigned(signer);
        unsigned.parts(&self.request, &self.request.canonical_rest()).to_request()
    }

    pub(crate) fn presigned(&self, url: String) -> PresignedUrl {
        let headers = self.request.headers.as_slice().to_vec();
        PresignedUrl { method: self.request.method, url, headers }
    }

    fn unsigned(&self, signer: &Signer<'_>) -> Unsigned {
        let mut url = self.request.bucket.origin();
        let path_at = url.len();
        self.request.push_path(&mut url);
        let path = path_at..url.len();
        url.push('?');
        let query = url.len()..;
        self.push_query(&mut url, signer);
        Unsigned { url, path, query }
    }

    /// All of the query but the signature. Parameters are sorted by their encoded names, and none but the signature's
    /// own begins like them: what sorts before the first of them is written first, the rest last.
    fn push_query(&self, url: &mut String, signer: &Signer<'_>) {
        let names = signer.dialect().parameters();
        let own = self.request.query.as_slice().iter();
        let first = own.clone().take_while(|(name, _)| name.as_str() < names.algorithm);
        for (name, value) in first {
            url.extend([name, "=", value, "&"]);
        }
        url.push_str(signer.query());
        url.push_str(signer.amz_date());
        push_name(url, signer.dialect().expires_parameter());
        url.push_str(&self.expires.as_secs().to_string());
        if let Some(token) = signer.session_token() {
            push_name(url, names.security_token);
            encode::push_query(url, token);
        }
        push_name(url, signer.dialect().signed_headers_parameter());
        if self.request.headers.is_empty() {
            url.push_str("host");
        } else {
            let headers = self.request.signed_headers();
            joined_names(headers, ";", |part| encode::push_query(url, part));
        }
        for (name, value) in own.skip_while(|(name, _)| name.as_str() < names.algorithm) {
            url.extend(["&", name, "=", value]);
        }
    }
}

/// Appends `&name=`.
fn push_name(url: &mut String, name: &str) {
    url.push('&');
    url.push_str(name);
    url.push('=');
}

/// A URL that lacks its signature, and where in it path and query begin.
struct Unsigned {
    url: String,
    path: Range<usize>,
    query: RangeFrom<usize>,
}

impl Unsigned {
    /// The canonical request, most of which the URL has in it.
    fn parts<'a>(&'a self, request: &Request<'_>, rest: &'a str) -> CanonicalParts<'a> {
        CanonicalParts {
            method: request.method.as_str(),
            path: self.url.get(self.path.clone()).unwrap_or_default(),
            query: self.url.get(self.query.clone()).unwrap_or_default(),
            rest,
        }
    }
}

/// A URL that lets its holder make one request until it expires.
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
    /// The only method it is good for.
    pub method: Method,
    /// The URL, signature included: a credential until it expires.
    pub url: String,
    /// The headers that the client must send, exactly these values; `host` goes without saying.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl fmt::Debug for PresignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresignedUrl").field("method", &self.method).finish_non_exhaustive()
    }
}
