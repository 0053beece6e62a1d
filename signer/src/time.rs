//! Instants and lengths of time, and the forms Signature Version 4 writes them in.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use core::fmt;

use time::OffsetDateTime;

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// At most 9999-12-31T23:59:59Z, since a signature writes a year in four
/// digits; a later instant becomes that one.
///
/// ```
/// use signer::UnixTime;
///
/// assert_eq!(UnixTime::from_secs(1_451_347_200).to_string(), "2015-12-29T00:00:00Z");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct UnixTime(u64);

impl UnixTime {
    /// 9999-12-31T23:59:59Z.
    const MAX_SECS: u64 = 253_402_300_799;

    /// The instant `secs` seconds after the epoch.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        if secs < Self::MAX_SECS { Self(secs) } else { Self(Self::MAX_SECS) }
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// This instant moved `secs` seconds later.
    #[must_use]
    pub const fn plus_secs(self, secs: u64) -> Self {
        Self::from_secs(self.0.saturating_add(secs))
    }

    /// The day, `2015-12-29`.
    #[must_use]
    pub fn date(self) -> impl fmt::Display {
        let (year, month, day) = self.calendar();
        fmt::from_fn(move |f| write!(f, "{year:04}-{month:02}-{day:02}"))
    }

    /// `x-amz-date`, `20151229T000000Z`.
    pub(crate) fn amz_date(self) -> AmzDate {
        AmzDate::new(self)
    }

    fn calendar(self) -> (i32, u8, u8) {
        let (year, month, day) = self.at().to_calendar_date();
        (year, u8::from(month), day)
    }

    fn at(self) -> OffsetDateTime {
        let secs = i64::try_from(self.0).unwrap_or(i64::MAX);
        OffsetDateTime::from_unix_timestamp(secs).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

/// `2015-12-29T00:00:00Z`, as RFC 3339 and a policy's `expiration` write it.
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = self.at().to_hms();
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}Z", self.date())
    }
}

/// An instant as `x-amz-date` has it, `20151229T000000Z`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AmzDate([u8; 16]);

impl AmzDate {
    fn new(time: UnixTime) -> Self {
        let (year, month, day) = time.calendar();
        let [century, year] =
            [year / 100, year % 100].map(|part| two(u8::try_from(part).unwrap_or(0)));
        let ([y1, y2], [y3, y4], [m1, m2], [d1, d2]) = (century, year, two(month), two(day));
        Self([y1, y2, y3, y4, m1, m2, d1, d2, b'T', 0, 0, 0, 0, 0, 0, b'Z']).at(time)
    }

    /// Another time of the same day. Finding the day is what takes long.
    pub(crate) fn at(self, time: UnixTime) -> Self {
        let secs = time.0 % 86_400;
        let [hour, minute, second] = [secs / 3_600, secs / 60 % 60, secs % 60]
            .map(|part| two(u8::try_from(part).unwrap_or(0)));
        let [y1, y2, y3, y4, m1, m2, d1, d2, ..] = self.0;
        let ([h1, h2], [n1, n2], [s1, s2]) = (hour, minute, second);
        Self([y1, y2, y3, y4, m1, m2, d1, d2, b'T', h1, h2, n1, n2, s1, s2, b'Z'])
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The day alone, as a scope has it: `20151229`.
    pub(crate) fn day(&self) -> &str {
        self.as_str().get(..8).unwrap_or_default()
    }
}

/// Two digits, of a number below 100.
const fn two(number: u8) -> [u8; 2] {
    [b'0'.wrapping_add(number / 10), b'0'.wrapping_add(number % 10)]
}

/// How long a signature is good for: 1 second to 7 days.
///
/// ```
/// use signer::Expires;
///
/// assert_eq!(Expires::from_secs(600).map(Expires::as_secs), Some(600));
/// assert_eq!(Expires::from_secs(604_801), None, "S3 would not honour it");
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Expires(u32);

impl Expires {
    /// Longest time S3 honours a presigned URL: 7 days, in seconds.
    pub const MAX_SECS: u32 = 604_800;

    /// Longest time S3 honours a signature at all: 7 days.
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
    use alloc::string::ToString as _;

    use super::*;

    #[test]
    fn writes_leap_days_and_the_last_second() {
        let leap = UnixTime::from_secs(1_709_251_199); // 2024-02-29T23:59:59Z
        assert_eq!(leap.amz_date().as_str(), "20240229T235959Z");
        assert_eq!(leap.plus_secs(1).to_string(), "2024-03-01T00:00:00Z");
        assert_eq!(UnixTime::from_secs(u64::MAX).plus_secs(9).to_string(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn expires_within_seven_days() {
        assert_eq!([0, 604_801].map(Expires::from_secs), [None, None]);
        assert_eq!(
            [1, 604_800].map(|secs| Expires::from_secs(secs).unwrap().as_secs()),
            [1, 604_800]
        );
    }
}
