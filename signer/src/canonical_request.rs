//! The two texts a request's signature is computed over.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use alloc::string::String;
use core::fmt;

use sha2::{Digest as _, Sha256};

use crate::encode::Hex;
use crate::time::AmzDate;
use crate::{Scope, UnixTime};

/// A canonical request in pieces, so that a URL can be hashed where it stands.
#[derive(Debug)]
pub(crate) struct CanonicalParts<'a> {
    pub(crate) method: &'a str,
    /// Percent-encoded.
    pub(crate) path: &'a str,
    /// Percent-encoded and sorted, without the signature.
    pub(crate) query: &'a str,
    /// What [`push_rest`] writes.
    pub(crate) rest: &'a str,
}

impl CanonicalParts<'_> {
    pub(crate) fn to_hash(&self) -> Hex {
        let mut sha256 = Sha256::new();
        for part in self.parts() {
            sha256.update(part.as_bytes());
        }
        Hex::new(&sha256.finalize().into())
    }

    pub(crate) fn to_request(&self) -> CanonicalRequest {
        CanonicalRequest(self.parts().concat())
    }

    const fn parts(&self) -> [&str; 6] {
        [self.method, "\n", self.path, "\n", self.query, self.rest]
    }
}

/// Appends what follows the query: headers, the list of their names, the payload. Names are in lower case and in
/// ascending order, values are folded.
pub(crate) fn push_rest<'a>(
    text: &mut String,
    headers: impl Iterator<Item = (&'a str, &'a str)> + Clone,
    payload: &str,
) {
    text.push('\n');
    // `for_each`, since a chain of iterators asks itself in each step of a loop which of them it is at.
    headers.clone().for_each(|(name, value)| {
        text.push_str(name);
        text.push(':');
        text.push_str(value);
        text.push('\n');
    });
    text.push('\n');
    joined_names(headers, ";", |part| text.push_str(part));
    text.push('\n');
    text.push_str(payload);
}

/// `content-type;host`, with another separator where that one has to be encoded.
pub(crate) fn joined_names<'a>(
    headers: impl Iterator<Item = (&'a str, &'a str)>,
    separator: &str,
    mut part: impl FnMut(&str),
) {
    let mut before = None;
    headers.for_each(|(name, _)| {
        before.replace(separator).into_iter().for_each(&mut part);
        part(name);
    });
}

/// What S3 will rebuild from the request it receives: method, path, query, headers, payload.
///
/// Holds a session token where the credentials have one, so it displays but does not show in `Debug`.
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
    /// The text that is signed for this request at `now`.
    #[must_use]
    pub fn to_string_to_sign(&self, scope: &Scope, now: UnixTime) -> StringToSign {
        let hash = Hex::new(&Sha256::digest(self.0.as_bytes()).into());
        StringToSign::new(scope, &now.amz_date(), &hash)
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
    /// The text, four lines without a last line end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text to sign for a canonical request of that hash.
    pub(crate) fn new(scope: &Scope, date: &AmzDate, hash: &Hex) -> Self {
        let lines = [scope.dialect().algorithm(), date.as_str(), scope.as_str(), hash.as_str()];
        Self(lines.join("\n"))
    }
}
