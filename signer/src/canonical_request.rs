//! The canonical request and the string to sign.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use sha2::{Digest as _, Sha256};

use crate::amz_date::AmzDate;
use crate::encode::Hex;
use crate::scope::Scope;
use crate::unix_time::UnixTime;

/// The parts of a canonical request, already percent-encoded, folded and sorted.
#[derive(Debug)]
pub(crate) struct CanonicalParts<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// Without the signature.
    pub(crate) query: &'a str,
    /// Names in lower case, ascending.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) payload: &'a str,
}

impl CanonicalParts<'_> {
    pub(crate) fn join(&self) -> CanonicalRequest {
        let Self { method, path, query, headers, payload } = *self;
        let mut lines = String::new();
        for (name, value) in headers {
            lines.extend([name, ":", value, "\n"]);
        }
        let names = join_names(headers);
        CanonicalRequest([method, path, query, &lines, &names, payload].join("\n"))
    }
}

/// `content-type;host`
pub(crate) fn join_names(headers: &[(&str, &str)]) -> String {
    headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";")
}

/// Method, path, query, headers and payload as one text. S3 builds the same text from the request it receives.
///
/// `Debug` hides the text, because it may hold a session token; `Display` shows it.
///
/// ```
/// # use signer::{Bucket, Credentials, Expires, Method, ObjectKey, Presign, Region, Signer, UnixTime, UrlStyle};
/// # let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
/// # let (key, now) = (ObjectKey::new("a b.txt")?, UnixTime::from_secs(1_451_347_200));
/// # let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// # let signer = Signer::new(&credentials, bucket.region(), now);
/// # let presign = Presign::new(Method::Get, &bucket, &key, Expires::MAX);
/// let request = presign.canonical_request(&signer);
/// assert!(request.to_string().starts_with("GET\n/media/a%20b.txt\nX-Amz-Algorithm=AWS4-HMAC-SHA256&"));
/// assert!(request.to_string().ends_with("\nhost:s3.example.com\n\nhost\nUNSIGNED-PAYLOAD"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct CanonicalRequest(String);

impl CanonicalRequest {
    /// The string to sign for this request at `now`.
    #[must_use]
    pub fn to_string_to_sign(&self, scope: &Scope, now: UnixTime) -> StringToSign {
        StringToSign::new(scope, &now.amz_date(), &self.hash())
    }

    pub(crate) fn hash(&self) -> Hex {
        Hex::new(&Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Display for CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CanonicalRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CanonicalRequest(..)")
    }
}

/// The text a signing key signs: algorithm, time, scope, hash of the canonical request.
///
/// ```
/// # use signer::{Bucket, Credentials, Expires, Method, ObjectKey, Presign, Region, Scope, Signer, UnixTime, UrlStyle};
/// # let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
/// # let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// # let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// # let key = ObjectKey::new("a b.txt")?;
/// let request = Presign::new(Method::Get, &bucket, &key, Expires::MAX)
///     .canonical_request(&Signer::new(&credentials, bucket.region(), now));
/// let text = request.to_string_to_sign(&Scope::new(bucket.region(), now), now);
/// assert!(text.as_str().starts_with("AWS4-HMAC-SHA256\n20151229T000000Z\n20151229/auto/s3/aws4_request\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StringToSign(String);

impl StringToSign {
    /// The text: four lines, the last without a line end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The string to sign for a canonical request with this hash.
    pub(crate) fn new(scope: &Scope, date: &AmzDate, hash: &Hex) -> Self {
        let lines = [scope.dialect().algorithm(), date.as_str(), scope.as_str(), hash.as_str()];
        Self(lines.join("\n"))
    }
}
