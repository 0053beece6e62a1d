//! Instants, in the formats that S3 and its clients write.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>,
//! <https://www.rfc-editor.org/rfc/rfc3339#section-5.6>

use core::fmt;
use core::slice::SliceIndex;
use core::str::FromStr;

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// At most 9999-12-31T23:59:59Z, because signatures have a year of four digits. A later instant is reduced to this one.
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

    /// Parses `20151229T000000Z`, the format of `X-Amz-Date`.
    ///
    /// `None` for other text and for an instant before 1970.
    ///
    /// ```
    /// use signer::UnixTime;
    ///
    /// assert_eq!(UnixTime::parse_amz_date("20151229T000000Z"), Some(UnixTime::from_secs(1_451_347_200)));
    /// assert_eq!(UnixTime::parse_amz_date("20151329T000000Z"), None, "there is no month 13");
    /// ```
    #[must_use]
    pub fn parse_amz_date(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        (date.len() == 8 && time.len() == 6).then_some(())?;
        let date = calendar_date(digits(date, 0..4)?, digits(date, 4..6)?, digits(date, 6..)?)?;
        let time = Time::from_hms(digits(time, 0..2)?, digits(time, 2..4)?, digits(time, 4..)?);
        Self::from_parts(date, time.ok()?, UtcOffset::UTC)
    }

    /// Parses `2015-12-29T00:00:00Z` or `2015-12-29T01:00:00.123+01:00`, the format of RFC 3339 with `T` and `Z` in
    /// upper case. A fraction of 1 to 9 digits is dropped.
    ///
    /// `None` for other text and for an instant before 1970.
    ///
    /// ```
    /// use signer::UnixTime;
    ///
    /// assert_eq!(UnixTime::parse_rfc3339("2015-12-29T00:00:00.5Z"), Some(UnixTime::from_secs(1_451_347_200)));
    /// assert_eq!(UnixTime::parse_rfc3339("2015-12-29T00:00:00"), None, "the offset from UTC is missing");
    /// ```
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let (date, time) = text.split_once('T')?;
        let (time, offset) = time.split_at_checked(time.find(['Z', '+', '-'])?)?;
        let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let well_formed = matches!(date.as_bytes(), [_, _, _, _, b'-', _, _, b'-', _, _])
            && matches!(time.as_bytes(), [_, _, b':', _, _, b':', _, _])
            && (1..=9).contains(&fraction.len())
            && fraction.bytes().all(|b| b.is_ascii_digit());
        well_formed.then_some(())?;
        let date = calendar_date(digits(date, 0..4)?, digits(date, 5..7)?, digits(date, 8..)?)?;
        let time = Time::from_hms(digits(time, 0..2)?, digits(time, 3..5)?, digits(time, 6..)?);
        Self::from_parts(date, time.ok()?, utc_offset(offset)?)
    }

    fn from_parts(date: Date, time: Time, offset: UtcOffset) -> Option<Self> {
        let instant = PrimitiveDateTime::new(date, time).assume_offset(offset);
        u64::try_from(instant.unix_timestamp()).ok().map(Self::from_secs)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// The instant `secs` seconds later.
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

    pub(crate) fn calendar(self) -> (i32, u8, u8) {
        let (year, month, day) = self.to_datetime().to_calendar_date();
        (year, u8::from(month), day)
    }

    fn to_datetime(self) -> OffsetDateTime {
        let secs = i64::try_from(self.0).unwrap_or(i64::MAX);
        OffsetDateTime::from_unix_timestamp(secs).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

/// `2015-12-29T00:00:00Z`, as in RFC 3339 and in the `expiration` of a policy.
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = self.to_datetime().to_hms();
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}Z", self.date())
    }
}

fn calendar_date(year: u16, month: u8, day: u8) -> Option<Date> {
    Date::from_calendar_date(year.into(), Month::try_from(month).ok()?, day).ok()
}

/// Parses `Z`, `+01:00` or `-01:00`.
fn utc_offset(text: &str) -> Option<UtcOffset> {
    if text == "Z" {
        return Some(UtcOffset::UTC);
    }
    let (sign, hours_minutes) = text.split_at_checked(1)?;
    matches!(hours_minutes.as_bytes(), [_, _, b':', _, _]).then_some(())?;
    let (hours, minutes): (i8, i8) = (digits(hours_minutes, 0..2)?, digits(hours_minutes, 3..)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    match sign {
        "+" => UtcOffset::from_hms(hours, minutes, 0).ok(),
        "-" => UtcOffset::from_hms(hours.wrapping_neg(), minutes.wrapping_neg(), 0).ok(),
        _ => None,
    }
}

/// Parses a number that has only digits: `parse` alone would accept a sign as well.
fn digits<T: FromStr>(text: &str, range: impl SliceIndex<str, Output = str>) -> Option<T> {
    let part = text.get(range).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?;
    part.parse().ok()
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
    fn parses_an_amz_date_and_nothing_else() {
        let leap = UnixTime::from_secs(1_709_251_199); // 2024-02-29T23:59:59Z
        assert_eq!(UnixTime::parse_amz_date("20240229T235959Z"), Some(leap));
        for text in [
            "20230229T235959Z",
            "20240229T245959Z",
            "20240229T23595Z",
            "20240229T23595+Z",
            "19691231T235959Z",
            "20240229t235959z",
            "20240229T2359590Z",
            "é0240229T235959Z",
            "",
        ] {
            assert_eq!(UnixTime::parse_amz_date(text), None, "{text}");
        }
    }

    #[test]
    fn parses_rfc_3339_and_nothing_else() {
        let leap = UnixTime::from_secs(1_709_251_199); // 2024-02-29T23:59:59Z
        for text in [
            "2024-02-29T23:59:59Z",
            "2024-02-29T23:59:59.999Z",
            "2024-02-29T23:59:59.0Z",
            "2024-02-29T23:59:59+00:00",
            "2024-03-01T01:29:59+01:30",
            "2024-02-29T22:59:59.1-01:00",
        ] {
            assert_eq!(UnixTime::parse_rfc3339(text), Some(leap), "{text}");
        }
        for text in [
            "",
            "2024-02-29 23:59:59Z",
            "2024-02-29T23:59:59",
            "2024-02-29T23:59:59.Z",
            "2024-02-29T23:59:59.0123456789Z",
            "2024-02-30T23:59:59Z",
            "2024-02-29T23:59:60Z",
            "2024-2-29T23:59:59Z",
            "2024-02-29T23:59:5éZ",
            "2024-02-29T23:59:59ZZ",
            "2024-02-29T23:59:59+24:00",
            "2024-02-29T23:59:59+01:60",
            "2024-02-29T23:59:59+0100",
            "2024-02-29T23:59:59+01",
            "2024-02-29T23:59:59é01:00",
            "1970-01-01T00:00:00+01:00",
            "-2024-02-29T23:59:59Z",
        ] {
            assert_eq!(UnixTime::parse_rfc3339(text), None, "{text}");
        }
    }
}
