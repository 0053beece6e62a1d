//! The scope of a signing key: a day, a region and the service.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html>

use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::dialect::Dialect;
use crate::unix_time::UnixTime;

/// A region's name, such as `eu-west-1` or R2's `auto`: 1 to 64 of `a-z`, `0-9` and `-`.
///
/// ```
/// use signer::{InvalidRegion, Region};
///
/// assert_eq!(Region::new("eu-west-1")?.as_str(), "eu-west-1");
/// assert_eq!(Region::new("Ireland"), Err(InvalidRegion));
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
        let allowed = name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if allowed && (1..=64).contains(&name.len()) { Ok(Self(name)) } else { Err(InvalidRegion) }
    }

    /// The region's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A region's name was empty, longer than 64 bytes, or had a character other than `a-z`, `0-9`, `-`.
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
        f.write_str("a region has 1 to 64 characters, each a-z, 0-9 or -")
    }
}

impl core::error::Error for InvalidRegion {}

/// The scope of a signing key: a day and a region. The service is always object storage.
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
        let mut parts = self.as_str().split('/');
        Self::of(parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), dialect)
    }

    fn of(day: &str, region: &str, dialect: Dialect) -> Self {
        let (service, terminator) = (dialect.service(), dialect.terminator());
        Self { text: format!("{day}/{region}/{service}/{terminator}"), dialect }
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
