//! A request that carries its signature in the query.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use crate::encode;
use crate::{Bucket, CanonicalRequest, Expires, HeaderName, HeaderValue, ObjectKey, Signer};

/// The method a presigned URL is good for, and no other.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Method {
    /// Reads an object.
    Get,
    /// Reads an object's headers.
    Head,
    /// Stores an object.
    Put,
    /// Removes an object.
    Delete,
}

impl Method {
    /// The method as HTTP writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// A request to one object, about to be signed.
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
    method: Method,
    bucket: &'a Bucket,
    key: &'a ObjectKey,
    expires: Expires,
    headers: BTreeMap<HeaderName, HeaderValue>,
    /// Percent-encoded names and values, in the order they are signed.
    query: BTreeMap<String, String>,
}

impl<'a> Presign<'a> {
    /// A request without further headers or query, good for `expires` from the moment it is signed.
    #[must_use]
    pub const fn new(
        method: Method,
        bucket: &'a Bucket,
        key: &'a ObjectKey,
        expires: Expires,
    ) -> Self {
        Self { method, bucket, key, expires, headers: BTreeMap::new(), query: BTreeMap::new() }
    }

    /// Signs a header: the client must send it with this very value. Takes the place of an earlier one of that name.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Signs a query parameter, such as `response-content-type` or `versionId`. Takes the place of an earlier one.
    ///
    /// # Errors
    ///
    /// [`ReservedQuery`] if `name` is empty or one of the signature's own (`X-Amz-...`).
    pub fn query(mut self, name: &str, value: &str) -> Result<Self, ReservedQuery> {
        let prefix = name.as_bytes().get(..6);
        if name.is_empty() || prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"x-amz-")) {
            return Err(ReservedQuery);
        }
        self.query.insert(encode::query(name).to_string(), encode::query(value).to_string());
        Ok(self)
    }

    /// Signs the request into a URL.
    #[must_use]
    pub fn sign(&self, signer: &Signer<'_>) -> PresignedUrl {
        let (path, query) = (self.bucket.path(self.key), self.canonical_query(signer));
        let request = self.canonical(&path, &query);
        let string_to_sign = request.to_string_to_sign(signer.scope(), signer.now());
        let signature = signer.signing_key().sign(string_to_sign.as_str());
        PresignedUrl {
            method: self.method,
            url: format!("{}{path}?{query}&X-Amz-Signature={signature}", self.bucket.origin()),
            headers: self
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        }
    }

    /// The text that [`Presign::sign`] signs, to set beside the one in S3's `SignatureDoesNotMatch`.
    #[must_use]
    pub fn canonical_request(&self, signer: &Signer<'_>) -> CanonicalRequest {
        self.canonical(&self.bucket.path(self.key), &self.canonical_query(signer))
    }

    fn canonical(&self, path: &str, query: &str) -> CanonicalRequest {
        let headers = self.signed_headers();
        let mut text = format!("{}\n{path}\n{query}\n", self.method.as_str());
        for (name, value) in &headers {
            text.extend([name, ":", value, "\n"]);
        }
        text.extend(["\n", &joined_names(&headers), "\nUNSIGNED-PAYLOAD"]);
        CanonicalRequest(text)
    }

    /// All of the query but the signature, sorted by encoded name.
    fn canonical_query(&self, signer: &Signer<'_>) -> String {
        let mut query = self.query.clone();
        let mut add =
            |name: &str, value: &str| query.insert(name.into(), encode::query(value).to_string());
        add("X-Amz-Algorithm", signer.dialect().algorithm());
        add("X-Amz-Credential", &signer.credential().to_string());
        add("X-Amz-Date", &signer.now().amz_date().to_string());
        add("X-Amz-Expires", &self.expires.as_secs().to_string());
        add("X-Amz-SignedHeaders", &joined_names(&self.signed_headers()));
        if let Some(token) = signer.session_token() {
            add("X-Amz-Security-Token", token);
        }
        query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    /// `host` and the headers asked for, sorted by name.
    fn signed_headers(&self) -> Vec<(&str, &str)> {
        let host = ("host", self.bucket.host());
        let asked = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut headers: Vec<_> = asked.chain([host]).collect();
        headers.sort_unstable();
        headers
    }
}

fn joined_names(headers: &[(&str, &str)]) -> String {
    headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
}

/// A URL that lets its holder make one request until it expires.
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

/// A query parameter's name was empty, or one that the signature itself uses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ReservedQuery;

impl fmt::Display for ReservedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a query parameter must have a name, and not one that begins with X-Amz-")
    }
}

impl core::error::Error for ReservedQuery {}
