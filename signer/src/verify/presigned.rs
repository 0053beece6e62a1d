//! Checks a presigned URL.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use super::Verifier;
use super::credential_claim::CredentialClaim;
use super::headers::{Headers, SignedHeaders};
use super::query::Query;
use super::received::ReceivedRequest;
use crate::expires::Expires;
use crate::payload::Payload;
use crate::unix_time::UnixTime;
use crate::verify::{Place, Refusal};

/// A request with a presigned URL whose signature is valid.
///
/// ```
/// # use signer::{Bucket, Credentials, Expires, Method, ObjectKey, Payload, Presign, ReceivedRequest, Region, Signer, UnixTime, UrlStyle, Verifier};
/// # let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
/// # let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// # let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// # let key = ObjectKey::new("a.txt")?;
/// # let url = Presign::new(Method::Put, &bucket, &key, Expires::MAX).sign(&Signer::new(&credentials, bucket.region(), now)).url;
/// # let (_, query) = url.split_once('?').ok_or("no query")?;
/// # let headers = [("host", "s3.example.com")];
/// # let request = ReceivedRequest { method: "PUT", path: "/media/a.txt", query, headers: &headers };
/// let verified = Verifier::new(&credentials, bucket.region(), now).presigned_url(&request)?;
/// assert_eq!(verified.expires_at, now.plus_secs(604_800));
/// assert_eq!(verified.payload, Payload::Unsigned, "any body is allowed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerifiedUrl {
    /// The instant from which the URL is rejected.
    pub expires_at: UnixTime,
    /// The signed hash of the body, if the body is signed.
    pub payload: Payload,
}

impl Verifier<'_> {
    /// Checks a request that carries its signature in the query.
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the reason.
    ///
    /// ```
    /// # use signer::{Bucket, Expires, Method, ObjectKey, Presign, Signer, UrlStyle};
    /// use signer::{Credentials, ReceivedRequest, Refusal, Region, UnixTime, Verifier};
    ///
    /// # let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    /// # let region = Region::new("auto")?;
    /// # let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
    /// # let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", region.clone())?;
    /// # let key = ObjectKey::new("a.txt")?;
    /// # let signer = Signer::new(&credentials, &region, now);
    /// # let expires = Expires::from_secs(60).ok_or("too long")?;
    /// # let url = Presign::new(Method::Get, &bucket, &key, expires).sign(&signer).url;
    /// let (_, query) = url.split_once('?').ok_or("no query")?;
    /// let headers = [("Host", "s3.example.com")];
    /// let request = ReceivedRequest { method: "GET", path: "/media/a.txt", query, headers: &headers };
    ///
    /// let verifier = Verifier::new(&credentials, &region, now.plus_secs(59));
    /// assert_eq!(verifier.presigned_url(&request)?.expires_at, now.plus_secs(60));
    /// let another = ReceivedRequest { path: "/media/b.txt", ..request };
    /// assert_eq!(verifier.presigned_url(&another), Err(Refusal::Signature));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn presigned_url(&self, request: &ReceivedRequest<'_>) -> Result<VerifiedUrl, Refusal> {
        let (place, dialect, names) = (Place::Query, self.dialect, self.dialect.parameters());
        let mut query = Query::parse(request.query)?;
        let signature = query.take(names.signature)?;
        if query.required(names.algorithm)? != dialect.algorithm() {
            let (name, expected) = (names.algorithm.into(), dialect.algorithm());
            return Err(Refusal::Malformed { place, name, expected });
        }
        let expires = expires(&query, dialect.expires_parameter())?;
        let headers = Headers::collect(request.headers);
        let signed = query.required(dialect.signed_headers_parameter())?;
        let signed = SignedHeaders::parse(signed, &headers, dialect, place)?;
        let payload = self.url_payload(&headers)?;

        let claimed = self.check_credential(&CredentialClaim {
            place,
            credential: (names.credential, query.required(names.credential)?),
            date: (names.date, query.required(names.date)?),
            session_token: query.get(names.security_token)?,
            signature: &signature,
        })?;
        claimed.check_request(&request.canonical(&query, &headers, &signed, payload))?;
        let expires_at = claimed.check_age(self.now, expires)?;
        Ok(VerifiedUrl { expires_at, payload })
    }

    /// A presigned URL leaves the body unsigned, unless a signed header holds its hash.
    fn url_payload(&self, headers: &Headers) -> Result<Payload, Refusal> {
        let name = self.dialect.content_sha256();
        headers.get(name).map_or(Ok(Payload::Unsigned), |text| Payload::parse(text, name))
    }
}

fn expires(query: &Query, name: &str) -> Result<Expires, Refusal> {
    let text = query.required(name)?;
    // `parse` alone would accept a plus sign as well.
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let secs = text.parse().ok().filter(|_| digits);
    secs.and_then(Expires::from_secs).ok_or_else(|| Refusal::Malformed {
        place: Place::Query,
        name: name.into(),
        expected: "1 to 604800 seconds",
    })
}
