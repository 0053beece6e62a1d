//! The two texts a request's signature is computed over.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use alloc::string::String;
use core::fmt;

use sha2::{Digest as _, Sha256};

use crate::encode::Hex;
use crate::{Scope, UnixTime};

pub(crate) type Sha256Hash = [u8; 32];

/// What a canonical request is made of, in pieces, so that it can be hashed without being written down.
#[derive(Debug)]
pub(crate) struct CanonicalParts<'a, H> {
    pub(crate) method: &'a str,
    /// Percent-encoded.
    pub(crate) path: &'a str,
    /// Percent-encoded and sorted, without the signature.
    pub(crate) query: &'a str,
    /// Names in lower case, in ascending order, with their folded values.
    pub(crate) headers: H,
    pub(crate) payload: &'a str,
}

impl<'a, H: Iterator<Item = (&'a str, &'a str)> + Clone> CanonicalParts<'a, H> {
    pub(crate) fn to_hash(&self) -> Sha256Hash {
        let mut sha256 = Sha256::new();
        self.each(|part| sha256.update(part.as_bytes()));
        sha256.finalize().into()
    }

    pub(crate) fn to_request(&self) -> CanonicalRequest {
        let mut text = String::new();
        self.each(|part| text.push_str(part));
        CanonicalRequest(text)
    }

    fn each(&self, mut part: impl FnMut(&str)) {
        for text in [self.method, "\n", self.path, "\n", self.query, "\n"] {
            part(text);
        }
        for (name, value) in self.headers.clone() {
            for text in [name, ":", value, "\n"] {
                part(text);
            }
        }
        part("\n");
        joined_names(self.headers.clone(), ";", &mut part);
        part("\n");
        part(self.payload);
    }
}

/// `content-type;host`, with another separator where that one has to be encoded.
pub(crate) fn joined_names<'a>(
    headers: impl Iterator<Item = (&'a str, &'a str)>,
    separator: &str,
    mut part: impl FnMut(&str),
) {
    for (i, (name, _)) in headers.enumerate() {
        if i > 0 {
            part(separator);
        }
        part(name);
    }
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
        let mut text = String::new();
        let hash = Sha256::digest(self.0.as_bytes()).into();
        StringToSign::parts(scope, now, &hash, &mut |part| text.push_str(part));
        StringToSign(text)
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
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StringToSign(String);

impl StringToSign {
    /// The text, four lines without a last line end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn parts(
        scope: &Scope,
        now: UnixTime,
        hash: &Sha256Hash,
        part: &mut dyn FnMut(&str),
    ) {
        let (date, hash) = (now.amz_date(), Hex::new(hash));
        let algorithm = scope.dialect().algorithm();
        for text in [algorithm, "\n", date.as_str(), "\n", scope.as_str(), "\n", hash.as_str()] {
            part(text);
        }
    }
}
