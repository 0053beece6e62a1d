//! The scope of a signing key: a day, a region and the service.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html>

use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::dialect::Dialect;
use crate::unix_time::UnixTime;

/// A region's name, such as `eu-west-1`, R2's `auto` or `RegionOne`: 1 to 63 of `A-Z`, `a-z`, `0-9` and `-`.
///
/// ```
/// use signer::{InvalidRegion, Region};
///
/// assert_eq!(Region::new("eu-west-1")?.as_str(), "eu-west-1");
/// assert_eq!(Region::new("eu west 1"), Err(InvalidRegion));
/// # Ok::<(), InvalidRegion>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Region(String);

impl Region {
    /// Checks a region's name.
    ///
    /// # Errors
    ///
    /// [`InvalidRegion`] if `name` is empty, too long, or has another character.
    pub fn new(name: impl Into<String>) -> Result<Self, InvalidRegion> {
        let name = name.into();
        let allowed = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if allowed && (1..=63).contains(&name.len()) { Ok(Self(name)) } else { Err(InvalidRegion) }
    }

    /// The region's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A region's name was empty, longer than 63 bytes, or had a character other than `A-Z`, `a-z`, `0-9`, `-`.
///
/// ```
/// use signer::{InvalidRegion, Region};
///
/// assert_eq!(Region::new(""), Err(InvalidRegion));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidRegion;

impl fmt::Display for InvalidRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a region has 1 to 63 characters, each A-Z, a-z, 0-9 or -")
    }
}

impl core::error::Error for InvalidRegion {}

/// The scope of a signing key: a day, a region and the service, which is object storage.
///
/// ```
/// use signer::{Region, Scope, UnixTime};
///
/// let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// assert_eq!(Scope::new(&Region::new("us-east-1")?, now).to_string(), "20151229/us-east-1/s3/aws4_request");
/// # Ok::<(), signer::InvalidRegion>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Scope {
    /// `20151229/us-east-1/s3/aws4_request`
    text: String,
    dialect: Dialect,
}

impl Scope {
    /// The scope of a request to `region` on the day of `now`, in Amazon's dialect.
    #[must_use]
    pub fn new(region: &Region, now: UnixTime) -> Self {
        Self::of(now.amz_date().day(), region.as_str(), Dialect::Amazon)
    }

    /// The same scope in another dialect.
    #[must_use]
    pub fn in_dialect(self, dialect: Dialect) -> Self {
        let (day, region) = self.day_and_region();
        Self::of(day, region, dialect)
    }

    /// The same scope for an Amazon directory bucket, whose service is `s3express`.
    ///
    /// Spec: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-s3-express.html>
    ///
    /// ```
    /// # use signer::{Region, Scope, UnixTime};
    /// let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
    /// let scope = Scope::new(&Region::new("us-west-2")?, now).for_directory_bucket();
    /// assert_eq!(scope.to_string(), "20151229/us-west-2/s3express/aws4_request");
    /// # Ok::<(), signer::InvalidRegion>(())
    /// ```
    #[must_use]
    pub fn for_directory_bucket(self) -> Self {
        let (day, region) = self.day_and_region();
        let dialect = Dialect::Amazon;
        Self { text: format!("{day}/{region}/s3express/{}", dialect.terminator()), dialect }
    }

    /// The same scope for a security token service, whose service is `sts`.
    pub(crate) fn for_token_service(self) -> Self {
        let (day, region) = self.day_and_region();
        let dialect = Dialect::Amazon;
        Self { text: format!("{day}/{region}/sts/{}", dialect.terminator()), dialect }
    }

    fn of(day: &str, region: &str, dialect: Dialect) -> Self {
        let (service, terminator) = (dialect.service(), dialect.terminator());
        Self { text: format!("{day}/{region}/{service}/{terminator}"), dialect }
    }

    fn day_and_region(&self) -> (&str, &str) {
        let mut parts = self.as_str().split('/');
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        self.dialect
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Regions of other providers keep their capitals.
    #[test]
    fn takes_the_regions_that_botocore_takes() {
        for name in [
            "auto",
            "RegionOne", // https://docs.openstack.org/keystone/latest/admin/identity-service-catalog.html
            "SBG",       // juicedata/juicefs#1168
            "GRA",       // fsspec/s3fs#920
            "us-west-004",
            &"a".repeat(63),
        ] {
            assert_eq!(Region::new(name).as_ref().map(Region::as_str), Ok(name));
        }
        for name in ["", "eu west 1", "eu-west-1/", "eu_west_1", "ö", &"a".repeat(64)] {
            assert_eq!(Region::new(name), Err(InvalidRegion), "{name}");
        }
    }
}
