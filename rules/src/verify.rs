//! Checks links and forms that were signed earlier, for programs that serve or store files themselves.

use core::fmt;

use signer::{
    Credentials, ObjectKey, Payload, ReceivedRequest, Refusal, UnixTime, VerifiedPost, VerifiedUrl,
    Verifier,
};

use crate::bucket::entry::BucketEntry;
use crate::bucket::signature::Signature;
use crate::rules::Rules;
use crate::secret::Secrets;

/// A request with a presigned URL of one of the buckets, valid now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerifiedLink {
    /// The bucket's name in `BUCKETS`.
    pub bucket: String,
    /// The object's key.
    pub key: ObjectKey,
    /// The instant from which the URL is rejected.
    pub expires_at: UnixTime,
    /// The signed hash of the body, if the body is signed. Whoever stores the body must compare it.
    pub payload: Payload,
}

/// Why a link or a form is not accepted.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Unverified {
    /// The configuration has errors.
    NotConfigured,
    /// No rule uses a bucket with this URL or this name.
    NoSuchBucket,
    /// The bucket's credentials are not set, or have expired, or are those of a role, which no other instance knows.
    NoCredentials,
    /// The URL is for something else than the whole object, such as one part of an upload.
    NotTheObject,
    /// The signature does not permit the request, or no longer does.
    Refused(Refusal),
}

impl Unverified {
    /// The error code of S3 for the same reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchBucket => "NoSuchBucket",
            Self::NotConfigured | Self::NoCredentials => "ServiceUnavailable",
            Self::NotTheObject => "InvalidRequest",
            Self::Refused(refusal) => refusal.code(),
        }
    }

    /// The status of HTTP, and its title.
    #[must_use]
    pub const fn status(&self) -> (u16, &'static str) {
        match self {
            Self::NotConfigured | Self::NoCredentials => (503, "Service Unavailable"),
            Self::NoSuchBucket => (404, "Not Found"),
            Self::NotTheObject => (400, "Bad Request"),
            Self::Refused(_) => (403, "Forbidden"),
        }
    }

    /// Returns which of two reasons says more, if several credentials were tried.
    fn or(self, other: Self) -> Self {
        let rank = |unverified: &Self| match unverified {
            Self::NotConfigured | Self::NoSuchBucket => 0,
            Self::NoCredentials => 1,
            Self::Refused(Refusal::AccessKeyId) => 2,
            Self::NotTheObject | Self::Refused(_) => 3,
        };
        if rank(&other) > rank(&self) { other } else { self }
    }
}

impl fmt::Display for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotConfigured => f.write_str("the configuration has errors"),
            Self::NoSuchBucket => f.write_str("no rule uses this bucket"),
            Self::NoCredentials => {
                f.write_str("the bucket's credentials are not set, or have expired")
            }
            Self::NotTheObject => f.write_str("the URL is not for the whole object"),
            Self::Refused(refusal) => refusal.fmt(f),
        }
    }
}

impl core::error::Error for Unverified {}

impl Rules {
    /// Checks a request with a presigned URL. `url` is the whole URL of the request.
    ///
    /// # Errors
    ///
    /// [`Unverified`] names the reason.
    pub fn verify_link(
        &self,
        url: &str,
        request: &ReceivedRequest<'_>,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<VerifiedLink, Unverified> {
        if query_names(request.query).any(is_subresource) {
            return Err(Unverified::NotTheObject);
        }
        let mut nearest = Unverified::NoSuchBucket;
        // Several entries can be the same bucket, with other credentials, regions or versions of the signature.
        for entry in self.buckets_in_use() {
            let Some(key) = entry.bucket.key_of(url) else { continue };
            let checked = check(entry, secrets, now, |verifier| match entry.signature {
                Signature::V4(_) => verifier.presigned_url(request),
                Signature::V2 => verifier.presigned_url_v2(&entry.bucket, request),
            });
            match checked {
                Ok(VerifiedUrl { expires_at, payload }) => {
                    let bucket = entry.name.clone();
                    return Ok(VerifiedLink { bucket, key, expires_at, payload });
                }
                Err(unverified) => nearest = nearest.or(unverified),
            }
        }
        Err(nearest)
    }

    /// Checks a form that was sent to the bucket with this name in `BUCKETS`: all fields before the file, and the file's name.
    ///
    /// The size of the file must still be checked, with [`VerifiedPost::check_content_length`].
    ///
    /// # Errors
    ///
    /// [`Unverified`] names the reason.
    pub fn verify_form(
        &self,
        bucket: &str,
        fields: &[(&str, &str)],
        file_name: Option<&str>,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<VerifiedPost, Unverified> {
        let entry = self.buckets_in_use().find(|entry| entry.name == bucket);
        let entry = entry.ok_or(Unverified::NoSuchBucket)?;
        let (name, fields) = (entry.bucket.name(), || fields.iter().copied());
        check(entry, secrets, now, |verifier| match entry.signature {
            Signature::V4(_) => verifier.post_form(name, fields(), file_name),
            Signature::V2 => verifier.post_form_v2(name, fields(), file_name),
        })
    }
}

/// Checks with the credentials that can have signed: one set, or two while keys are rotated.
pub(crate) fn check<T>(
    entry: &BucketEntry,
    secrets: &Secrets,
    now: UnixTime,
    check: impl Fn(Verifier<'_>) -> Result<T, Refusal>,
) -> Result<T, Unverified> {
    let mut nearest = Unverified::NoCredentials;
    for credentials in &entry.verification_keys(secrets, now) {
        match check(verifier(entry, credentials, now)) {
            Ok(found) => return Ok(found),
            Err(refusal) => nearest = nearest.or(Unverified::Refused(refusal)),
        }
    }
    Err(nearest)
}

/// Returns the names of a query's parameters, as they are written.
fn query_names(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name))
}

/// Returns whether a parameter makes a request one for something else than the whole object.
///
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html>
fn is_subresource(name: &str) -> bool {
    !name.get(..6).is_some_and(|prefix| prefix.eq_ignore_ascii_case("X-Amz-"))
        && !name.get(..7).is_some_and(|prefix| prefix.eq_ignore_ascii_case("X-Goog-"))
        && !name.starts_with("response-")
        && !matches!(name, "" | "AWSAccessKeyId" | "Expires" | "Signature" | "x-id")
}

const fn verifier<'a>(
    entry: &'a BucketEntry,
    credentials: &'a Credentials,
    now: UnixTime,
) -> Verifier<'a> {
    let verifier = Verifier::new(credentials, entry.bucket.region(), now);
    match entry.signature {
        Signature::V4(dialect) => verifier.in_dialect(dialect),
        Signature::V2 => verifier,
    }
}
