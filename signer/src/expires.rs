//! How long a presigned URL is valid.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

/// How long a presigned URL is valid: 1 second to 7 days.
///
/// ```
/// use signer::Expires;
///
/// assert_eq!(Expires::from_secs(600).map(Expires::as_secs), Some(600));
/// assert_eq!(Expires::from_secs(604_801), None, "S3 rejects it");
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Expires(u32);

impl Expires {
    /// Longest time that S3 accepts, in seconds: 7 days.
    pub const MAX_SECS: u32 = 604_800;

    /// Longest time that S3 accepts: 7 days.
    pub const MAX: Self = Self(Self::MAX_SECS);

    /// `secs` seconds, or `None` outside `1..=604_800`.
    #[must_use]
    pub const fn from_secs(secs: u32) -> Option<Self> {
        if 0 < secs && secs <= Self::MAX_SECS { Some(Self(secs)) } else { None }
    }

    /// The length in seconds.
    #[must_use]
    pub const fn as_secs(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expires_within_seven_days() {
        assert_eq!([0, 604_801].map(Expires::from_secs), [None, None]);
        assert_eq!(
            [1, 604_800].map(|secs| Expires::from_secs(secs).unwrap().as_secs()),
            [1, 604_800]
        );
    }
}
