//! Checks links and forms that were signed earlier, for programs that serve or store files themselves.

use core::fmt;

use signer::{
    Credentials, ObjectKey, ReceivedRequest, Refusal, UnixTime, VerifiedPost, VerifiedUrl, Verifier,
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
}

/// Why a link or a form is not accepted.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Unverified {
    /// No rule uses a bucket with this URL or this name.
    NoSuchBucket,
    /// The bucket's credentials are not set, or have expired.
    NoCredentials,
    /// The signature does not permit the request, or does no longer.
    Refused(Refusal),
}

impl Unverified {
    /// The error code of S3 for the same reason.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSuchBucket => "NoSuchBucket",
            Self::NoCredentials => "ServiceUnavailable",
            Self::Refused(refusal) => refusal.code(),
        }
    }
}

impl fmt::Display for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchBucket => f.write_str("no rule uses this bucket"),
            Self::NoCredentials => {
                f.write_str("the bucket's credentials are not set, or have expired")
            }
            Self::Refused(refusal) => refusal.fmt(f),
        }
    }
}

impl core::error::Error for Unverified {}

impl Rules {
    /// Checks a request whose URL, all of it, is `url`.
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
        let mut result = Err(Unverified::NoSuchBucket);
        for (entry, _) in self.rules_with_buckets() {
            let Some(key) = entry.bucket.key_of(url) else { continue };
            let checked = check(entry, secrets, now, |verifier| match entry.signature {
                Signature::V4(_) => verifier.presigned_url(request),
                Signature::V2 => verifier.presigned_url_v2(&entry.bucket, request),
            });
            let link = |VerifiedUrl { expires_at, .. }| VerifiedLink {
                bucket: entry.name.clone(),
                key,
                expires_at,
            };
            result = checked.map(link);
            // Another entry can be the same bucket with other credentials.
            if !matches!(result, Err(Unverified::Refused(Refusal::AccessKeyId))) {
                break;
            }
        }
        result
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
        let mut buckets = self.rules_with_buckets().map(|(bucket, _)| bucket);
        let entry = buckets.find(|entry| entry.name == bucket).ok_or(Unverified::NoSuchBucket)?;
        let (name, fields) = (entry.bucket.name(), || fields.iter().copied());
        check(entry, secrets, now, |verifier| match entry.signature {
            Signature::V4(_) => verifier.post_form(name, fields(), file_name),
            Signature::V2 => verifier.post_form_v2(name, fields(), file_name),
        })
    }
}

/// Checks with the credentials that can have signed: one set, or two while keys are rotated.
fn check<T>(
    entry: &BucketEntry,
    secrets: &Secrets,
    now: UnixTime,
    check: impl Fn(Verifier<'_>) -> Result<T, Refusal>,
) -> Result<T, Unverified> {
    let mut result = Err(Unverified::NoCredentials);
    for credentials in &entry.keys.all(secrets, now) {
        match check(verifier(entry, credentials, now)) {
            Err(refusal @ Refusal::AccessKeyId) => result = Err(Unverified::Refused(refusal)),
            found => return found.map_err(Unverified::Refused),
        }
    }
    result
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
