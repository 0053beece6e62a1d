//! Checks a request signed in its `Authorization` header.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html>

use super::Verifier;
use super::credential_claim::CredentialClaim;
use super::headers::{Headers, SignedHeaders};
use super::query::Query;
use super::received::ReceivedRequest;
use crate::payload::Payload;
use crate::unix_time::UnixTime;
use crate::verify::{Place, Refusal};

/// A request with a valid signature, made within the last 15 minutes.
///
/// ```
/// use signer::{Authorize, Bucket, Credentials, Method, ObjectKey, Payload, ReceivedRequest, Region, Signer, UnixTime, UrlStyle, Verifier};
///
/// # let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
/// # let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// # let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// # let key = ObjectKey::new("a.txt")?;
/// let signer = Signer::new(&credentials, bucket.region(), now);
/// let put = Authorize::new(Method::Put, &bucket, &key, Payload::of(b"a body")).sign(&signer);
/// let mut headers: Vec<_> = put.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
/// headers.push(("host", "s3.example.com"));
/// let request = ReceivedRequest { method: "PUT", path: "/media/a.txt", query: "", headers: &headers };
///
/// let verified = Verifier::new(&credentials, bucket.region(), now.plus_secs(9)).authorization(&request)?;
/// assert_eq!(verified.signed_at, now);
/// assert_eq!(verified.payload, Payload::of(b"a body"), "compare it with the body");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerifiedRequest {
    /// When it was signed.
    pub signed_at: UnixTime,
    /// The signed hash of the body, if the body is signed.
    pub payload: Payload,
}

impl Verifier<'_> {
    /// Checks a request that carries its signature in the `Authorization` header.
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the reason.
    pub fn authorization(&self, request: &ReceivedRequest<'_>) -> Result<VerifiedRequest, Refusal> {
        let (place, dialect, names) = (Place::Header, self.dialect, self.dialect.fields());
        let headers = Headers::collect(request.headers);
        let header = headers.required("authorization")?;
        let header = Authorization::parse(header, dialect.algorithm()).ok_or_else(|| {
            Refusal::Malformed {
                place,
                name: "authorization".into(),
                expected: "<algorithm> Credential=..., SignedHeaders=..., Signature=...",
            }
        })?;
        let signed = SignedHeaders::parse(header.signed_headers, &headers, dialect, place)?;
        let hash = dialect.content_sha256();
        let payload = Payload::parse(headers.required(hash)?, hash)?;
        let claimed = self.check_credential(&CredentialClaim {
            place,
            credential: ("authorization Credential", header.credential),
            date: (names.date, headers.required(names.date)?),
            session_token: headers.get(names.security_token),
            signature: header.signature,
        })?;
        let query = Query::parse(request.query)?;
        claimed.check_request(&request.canonical(&query, &headers, &signed, payload))?;
        claimed.check_skew(self.now)?;
        Ok(VerifiedRequest { signed_at: claimed.signed_at, payload })
    }
}

/// The three parts of the `Authorization` header that follow the algorithm.
struct Authorization<'r> {
    credential: &'r str,
    signed_headers: &'r str,
    signature: &'r str,
}

impl<'r> Authorization<'r> {
    fn parse(header: &'r str, algorithm: &str) -> Option<Self> {
        let rest = header.strip_prefix(algorithm)?.strip_prefix(' ')?;
        let mut parts = rest.split(',').map(str::trim_ascii);
        let mut next = |name| parts.next()?.strip_prefix(name)?.strip_prefix('=');
        let parsed = Self {
            credential: next("Credential")?,
            signed_headers: next("SignedHeaders")?,
            signature: next("Signature")?,
        };
        parts.next().is_none().then_some(parsed)
    }
}
