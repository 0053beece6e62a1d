//! Reading instants as forms, URLs and headers write them.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use core::slice::SliceIndex;

use time::{Date, Month, OffsetDateTime, Time};

use crate::UnixTime;

impl UnixTime {
    /// Reads `20151229T000000Z`.
    pub(super) fn parse_amz_date(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let (year, month, day) = (digits(date, 0..4)?, digits(date, 4..6)?, digits(date, 6..)?);
        let (hour, minute, second) = (digits(time, 0..2)?, digits(time, 2..4)?, digits(time, 4..)?);
        (date.len() == 8 && time.len() == 6).then_some(())?;
        Self::from_parts(year, [month, day, hour, minute, second])
    }

    /// Reads `2015-12-29T00:00:00Z`, with or without a fraction of a second, which is dropped.
    pub(super) fn parse_rfc3339(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let spelled = matches!(date.as_bytes(), [_, _, _, _, b'-', _, _, b'-', _, _])
            && matches!(time.as_bytes(), [_, _, b':', _, _, b':', _, _])
            && (1..=9).contains(&fraction.len())
            && fraction.bytes().all(|b| b.is_ascii_digit());
        spelled.then_some(())?;
        let (year, month, day) = (digits(date, 0..4)?, digits(date, 5..7)?, digits(date, 8..)?);
        let (hour, minute, second) = (digits(time, 0..2)?, digits(time, 3..5)?, digits(time, 6..)?);
        Self::from_parts(year, [month, day, hour, minute, second])
    }

    /// `None` if there is no such instant, or it is before 1970.
    fn from_parts(year: u16, parts: [u16; 5]) -> Option<Self> {
        let [month, day, hour, minute, second] =
            parts.map(|part| u8::try_from(part).unwrap_or(u8::MAX));
        let month = Month::try_from(month).ok()?;
        let date = Date::from_calendar_date(year.into(), month, day).ok()?;
        let time = Time::from_hms(hour, minute, second).ok()?;
        let secs = OffsetDateTime::new_utc(date, time).unix_timestamp();
        u64::try_from(secs).ok().map(Self::from_secs)
    }
}

/// A number of digits alone: `parse` would take a sign as well.
fn digits(text: &str, range: impl SliceIndex<str, Output = str>) -> Option<u16> {
    let part = text.get(range)?;
    part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        let leap = UnixTime::from_secs(1_709_251_199); // 2024-02-29T23:59:59Z
        assert_eq!(UnixTime::parse_amz_date("20240229T235959Z"), Some(leap));
        for text in ["2024-02-29T23:59:59Z", "2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59.0Z"] {
            assert_eq!(UnixTime::parse_rfc3339(text), Some(leap), "{text}");
        }
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
        for text in [
            "2024-02-29 23:59:59Z",
            "2024-02-29T23:59:59",
            "2024-02-29T23:59:59+00:00",
            "2024-02-29T23:59:59.Z",
            "2024-02-30T23:59:59Z",
            "2024-02-29T23:59:60Z",
            "2024-2-29T23:59:59Z",
            "2024-02-29T23:59:5éZ",
        ] {
            assert_eq!(UnixTime::parse_rfc3339(text), None, "{text}");
        }
    }
}
