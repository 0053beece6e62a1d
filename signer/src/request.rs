//! An unsigned request to S3: method, bucket, key, headers and query.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use litemap::LiteMap;

use crate::bucket::Bucket;
use crate::encode;
use crate::header::{HeaderName, HeaderValue};
use crate::object_key::ObjectKey;
use crate::operation::{Method, Operation};

/// A request that is not signed yet.
#[derive(Clone, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: Method,
    pub(crate) bucket: &'a Bucket,
    /// `None` for a request to the bucket itself.
    pub(crate) key: Option<&'a ObjectKey>,
    pub(crate) headers: LiteMap<HeaderName, HeaderValue>,
    /// Percent-encoded names and values, in the order they are signed.
    pub(crate) query: LiteMap<String, String>,
}

impl<'a> Request<'a> {
    pub(crate) fn of_object(
        operation: Operation<'_>,
        bucket: &'a Bucket,
        key: &'a ObjectKey,
    ) -> Self {
        let mut request = Self { key: Some(key), ..Self::of_bucket(operation.method(), bucket) };
        if operation == Operation::CreateMultipartUpload {
            request.query.insert("uploads".into(), String::new());
        }
        if let Operation::UploadPart { part_number, .. } = operation {
            request.query.insert("partNumber".into(), part_number.as_u16().to_string());
        }
        if let Some(id) = operation.upload_id() {
            request.query.insert("uploadId".into(), encode::query(id.as_str()));
        }
        request
    }

    pub(crate) const fn of_bucket(method: Method, bucket: &'a Bucket) -> Self {
        Self { method, bucket, key: None, headers: LiteMap::new(), query: LiteMap::new() }
    }

    pub(crate) fn set_query(&mut self, name: &str, value: &str) -> Result<(), ReservedQuery> {
        if name.is_empty() || belongs_to_a_signature(name) {
            return Err(ReservedQuery);
        }
        self.query.insert(encode::query(name), encode::query(value));
        Ok(())
    }

    /// `host` and the added headers, in ascending order.
    pub(crate) fn signed_headers(&self) -> Vec<(&str, &str)> {
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut headers: Vec<_> = headers.chain([("host", self.bucket.host())]).collect();
        headers.sort_unstable();
        headers
    }

    pub(crate) fn path(&self) -> String {
        self.key.map_or_else(|| self.bucket.bucket_path().into(), |key| self.bucket.path(key))
    }
}

/// The parameters of a signature, without `X-Amz-` or `X-Goog-` before them. Others with these prefixes, such as
/// `x-amz-request-payer`, are parameters of the store.
///
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
const OF_VERSION_4: [&str; 9] = [
    "algorithm",
    "content-sha256",
    "credential",
    "date",
    "expires",
    "s3session-token",
    "security-token",
    "signature",
    "signedheaders",
];

/// The parameters of Signature Version 2. A server rejects a request that has those of both versions.
const OF_VERSION_2: [&str; 4] = ["awsaccesskeyid", "expires", "googleaccessid", "signature"];

/// Whether a parameter, in any letter case, is part of a signature.
fn belongs_to_a_signature(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let rest = name.strip_prefix("x-amz-").or_else(|| name.strip_prefix("x-goog-"));
    rest.map_or_else(|| OF_VERSION_2.contains(&&*name), |rest| OF_VERSION_4.contains(&rest))
}

/// The name of a query parameter was empty or belongs to a signature.
///
/// ```
/// # use signer::{Bucket, Expires, Method, ObjectKey, Presign, Region, ReservedQuery, UrlStyle};
/// # let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
/// # let key = ObjectKey::new("a.txt")?;
/// let presign = Presign::new(Method::Get, &bucket, &key, Expires::MAX);
/// assert_eq!(presign.query("X-Amz-Expires", "9999999").err(), Some(ReservedQuery));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ReservedQuery;

impl fmt::Display for ReservedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a query parameter must have a name, and not one that a signature has, such as X-Amz-Expires",
        )
    }
}

impl core::error::Error for ReservedQuery {}
