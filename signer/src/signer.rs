//! Signers: credentials with the signing key for one region and one instant.
//!
//! Spec: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;

use crate::amz_date::AmzDate;
use crate::canonical_request::CanonicalRequest;
use crate::credentials::Credentials;
use crate::dialect::Dialect;
use crate::scope::{Region, Scope};
use crate::signing_key::{Signature, SigningKey};
use crate::unix_time::UnixTime;

/// Credentials with the signing key for one region and one instant.
///
/// [`Signer::new`] derives the key each time; a [`SigningKeyCache`] derives it once a day.
///
/// ```
/// use signer::{Credentials, Dialect, Region, Signer, UnixTime};
///
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// let signer = Signer::new(&credentials, &Region::new("auto")?, now).in_dialect(Dialect::Google);
/// assert_eq!(signer.now(), now);
/// assert!(!format!("{signer:?}").contains("wJalrXUtn"));
/// # Ok::<(), signer::InvalidRegion>(())
/// ```
#[derive(Debug)]
pub struct Signer<'a> {
    credentials: &'a Credentials,
    key: Cow<'a, DailyKey>,
    now: UnixTime,
    amz_date: AmzDate,
}

/// The signing key of one day, with its scope and the texts that do not change during that day.
#[derive(Clone, Debug)]
struct DailyKey {
    scope: Scope,
    signing_key: SigningKey,
    /// Only its day is used.
    day: AmzDate,
    /// `AKIA.../20151229/us-east-1/s3/aws4_request`
    credential: String,
}

impl DailyKey {
    fn derive(credentials: &Credentials, scope: Scope, day: AmzDate) -> Self {
        let signing_key = SigningKey::derive(credentials, &scope);
        let credential = format!("{}/{scope}", credentials.access_key_id());
        Self { scope, signing_key, day, credential }
    }
}

impl<'a> Signer<'a> {
    /// Derives the signing key for `region` and the day of `now`.
    #[must_use]
    pub fn new(credentials: &'a Credentials, region: &Region, now: UnixTime) -> Self {
        Self::for_scope(credentials, Scope::new(region, now), now)
    }

    /// The same signer in another dialect. Derives another signing key.
    #[must_use]
    pub fn in_dialect(self, dialect: Dialect) -> Self {
        let scope = self.key.scope.clone().in_dialect(dialect);
        Self::for_scope(self.credentials, scope, self.now)
    }

    /// The same signer for an Amazon directory bucket, whose service is `s3express`. Derives another signing key.
    ///
    /// It signs with the credentials themselves. A session of `CreateSession` has a token of another kind, which is not supported.
    ///
    /// ```
    /// use signer::{Bucket, Credentials, Expires, Method, ObjectKey, Presign, Region, Signer, UnixTime, UrlStyle};
    ///
    /// let endpoint = "https://s3express-usw2-az1.us-west-2.amazonaws.com";
    /// let region = Region::new("us-west-2")?;
    /// let bucket = Bucket::new(endpoint, UrlStyle::VirtualHosted, "media--usw2-az1--x-s3", region)?;
    /// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    /// let signer = Signer::new(&credentials, bucket.region(), UnixTime::from_secs(1_451_347_200)); // 2015-12-29T00:00:00Z
    /// let key = ObjectKey::new("a.txt")?;
    /// let link = Presign::new(Method::Get, &bucket, &key, Expires::MAX).sign(&signer.for_directory_bucket());
    /// assert!(link.url.contains("%2Fs3express%2Faws4_request"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn for_directory_bucket(self) -> Self {
        let scope = self.key.scope.clone().for_directory_bucket();
        Self::for_scope(self.credentials, scope, self.now)
    }

    /// A signer for a security token service in `region`.
    pub(crate) fn for_token_service(
        credentials: &'a Credentials,
        region: &Region,
        now: UnixTime,
    ) -> Self {
        Self::for_scope(credentials, Scope::new(region, now).for_token_service(), now)
    }

    fn for_scope(credentials: &'a Credentials, scope: Scope, now: UnixTime) -> Self {
        let amz_date = now.amz_date();
        let key = Cow::Owned(DailyKey::derive(credentials, scope, amz_date));
        Self { credentials, key, now, amz_date }
    }

    /// The date of the signature.
    #[must_use]
    pub const fn now(&self) -> UnixTime {
        self.now
    }

    pub(crate) fn scope(&self) -> &Scope {
        &self.key.scope
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.key.scope.dialect()
    }

    /// `20151229T000000Z`
    pub(crate) fn amz_date(&self) -> &str {
        self.amz_date.as_str()
    }

    pub(crate) fn session_token(&self) -> Option<&str> {
        self.credentials.session_token_in(self.dialect())
    }

    /// `AKIA.../20151229/us-east-1/s3/aws4_request`
    pub(crate) fn credential(&self) -> &str {
        &self.key.credential
    }

    pub(crate) fn sign(&self, request: &CanonicalRequest) -> Signature {
        self.signing_key().sign(request.to_string_to_sign(self.scope(), self.now).as_str())
    }

    pub(crate) fn signing_key(&self) -> &SigningKey {
        &self.key.signing_key
    }
}

/// The signing key of one access key in one region, derived once a day.
///
/// Four of the five HMACs of a signature are the same all day.
///
/// ```
/// use signer::{Credentials, Region, SigningKeyCache, UnixTime};
///
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// let mut cache = SigningKeyCache::new(credentials, Region::new("eu-west-1")?);
/// let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// let first = cache.signer(now); // derives
/// let second = cache.signer(now.plus_secs(86_399)); // does not
/// # Ok::<(), signer::InvalidRegion>(())
/// ```
#[derive(Clone, Debug)]
pub struct SigningKeyCache {
    credentials: Credentials,
    region: Region,
    dialect: Dialect,
    /// The day of the latest key, in days since the epoch, and the key.
    latest: Option<(u64, DailyKey)>,
}

impl SigningKeyCache {
    /// An empty cache.
    #[must_use]
    pub const fn new(credentials: Credentials, region: Region) -> Self {
        Self { credentials, region, dialect: Dialect::Amazon, latest: None }
    }

    /// Uses `dialect` instead of Amazon's.
    #[must_use]
    pub fn in_dialect(self, dialect: Dialect) -> Self {
        Self { dialect, latest: None, ..self }
    }

    /// Whether the cache signs with these credentials. Check it before reuse if credentials may change.
    #[must_use]
    pub fn is_of(&self, credentials: &Credentials) -> bool {
        self.credentials.equals(credentials)
    }

    /// A signer for `now`. Derives a key only if the last one was for another day.
    pub fn signer(&mut self, now: UnixTime) -> Signer<'_> {
        let day = now.as_secs() / 86_400;
        if self.latest.as_ref().is_some_and(|(latest, _)| *latest != day) {
            self.latest = None;
        }
        let (_, key) = self.latest.get_or_insert_with(|| {
            let scope = Scope::new(&self.region, now).in_dialect(self.dialect);
            (day, DailyKey::derive(&self.credentials, scope, now.amz_date()))
        });
        let amz_date = key.day.at(now);
        Signer { credentials: &self.credentials, key: Cow::Borrowed(key), now, amz_date }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use super::*;

    #[test]
    fn a_cache_signs_like_a_new_signer_on_every_day() {
        let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "secret");
        let region = Region::new("auto").unwrap();
        for dialect in [Dialect::Amazon, Dialect::Google] {
            let mut cache =
                SigningKeyCache::new(credentials.clone(), region.clone()).in_dialect(dialect);
            // 2015-12-29, twice, the day before, the day after.
            for secs in [1_451_347_200, 1_451_433_599, 1_451_347_199, 1_451_433_600] {
                let now = UnixTime::from_secs(secs);
                let (cached, new) = (cache.signer(now), Signer::new(&credentials, &region, now));
                let new = new.in_dialect(dialect);
                assert_eq!(cached.credential(), new.credential());
                assert_eq!(
                    cached.signing_key().sign("e30=").to_string(),
                    new.signing_key().sign("e30=").to_string()
                );
            }
        }
    }
}
