//! What one signature is good for, and who makes it.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html>

use alloc::string::{String, ToString as _};
use core::fmt;

use crate::{Credentials, Dialect, SigningKey, UnixTime};

/// A region's name, such as `eu-west-1` or R2's `auto`: 1 to 64 of `a-z`, `0-9` and `-`.
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
        let spelled = name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if spelled && (1..=64).contains(&name.len()) { Ok(Self(name)) } else { Err(InvalidRegion) }
    }

    /// The region's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A region's name was empty, longer than 64 bytes, or had a character other than `a-z`, `0-9`, `-`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidRegion;

impl fmt::Display for InvalidRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a region has 1 to 64 characters, each a-z, 0-9 or -")
    }
}

impl core::error::Error for InvalidRegion {}

/// A day and a region; the service is always object storage. Displays as `20151229/us-east-1/s3/aws4_request`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Scope {
    pub(crate) date: String,
    pub(crate) region: Region,
    pub(crate) dialect: Dialect,
}

impl Scope {
    /// The scope of a request to `region` on the day of `now`, in Amazon's dialect.
    #[must_use]
    pub fn new(region: &Region, now: UnixTime) -> Self {
        let (date, region) = (now.yyyymmdd().to_string(), region.clone());
        Self { date, region, dialect: Dialect::Amazon }
    }

    /// The same scope in another dialect.
    #[must_use]
    pub fn in_dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (service, terminator) = (self.dialect.service(), self.dialect.terminator());
        write!(f, "{}/{}/{service}/{terminator}", self.date, self.region.as_str())
    }
}

/// Credentials, ready to sign for one region at one instant.
#[derive(Debug)]
pub struct Signer<'a> {
    credentials: &'a Credentials,
    scope: Scope,
    signing_key: SigningKey,
    now: UnixTime,
}

impl<'a> Signer<'a> {
    /// Derives the signing key of `region` on the day of `now`.
    #[must_use]
    pub fn new(credentials: &'a Credentials, region: &Region, now: UnixTime) -> Self {
        let scope = Scope::new(region, now);
        let signing_key = SigningKey::derive(credentials, &scope);
        Self { credentials, scope, signing_key, now }
    }

    /// The instant the signature is dated.
    #[must_use]
    pub const fn now(&self) -> UnixTime {
        self.now
    }

    pub(crate) const fn scope(&self) -> &Scope {
        &self.scope
    }

    pub(crate) const fn signing_key(&self) -> &SigningKey {
        &self.signing_key
    }

    pub(crate) fn session_token(&self) -> Option<&str> {
        self.credentials.session_token_in(self.dialect())
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        self.scope.dialect
    }

    /// `AKIA.../20151229/us-east-1/s3/aws4_request`.
    pub(crate) fn credential(&self) -> impl fmt::Display {
        fmt::from_fn(|f| write!(f, "{}/{}", self.credentials.access_key_id(), self.scope))
    }
}
