//! The periods of quotas: fixed windows in UTC.

use serde::{Deserialize, Serialize};
use signer::UnixTime;

const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

/// The period of a quota. It begins with the hour, the day or the month, in UTC.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// From one full hour to the next.
    Hour,
    /// From midnight to midnight.
    Day,
    /// From the first day of a month to that of the next.
    Month,
}

impl Period {
    /// The names in the configuration.
    pub(crate) const NAMES: [(&str, Self); 3] =
        [("hour", Self::Hour), ("day", Self::Day), ("month", Self::Month)];

    /// Returns the name in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, period)| *period == self).map_or("", |(name, _)| name)
    }

    /// Returns when the period ends that contains `now`.
    pub(crate) fn end(self, now: UnixTime) -> UnixTime {
        let secs = now.as_secs();
        match self {
            Self::Hour => after(secs, HOUR),
            Self::Day => after(secs, DAY),
            Self::Month => {
                let mut midnight = after(secs, DAY);
                while !midnight.date().to_string().ends_with("01") {
                    midnight = midnight.plus_secs(DAY);
                }
                midnight
            }
        }
    }
}

/// Returns the next multiple of `length`.
const fn after(secs: u64, length: u64) -> UnixTime {
    UnixTime::from_secs(secs - secs % length).plus_secs(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_end_at_full_hours_at_midnight_and_with_the_month() {
        for (now, hour, day, month) in [
            (
                "2026-11-23T19:00:00Z",
                "2026-11-23T20:00:00Z",
                "2026-11-24T00:00:00Z",
                "2026-12-01T00:00:00Z",
            ),
            (
                "2026-12-31T23:59:59Z",
                "2027-01-01T00:00:00Z",
                "2027-01-01T00:00:00Z",
                "2027-01-01T00:00:00Z",
            ),
            (
                "2028-02-01T00:00:00Z",
                "2028-02-01T01:00:00Z",
                "2028-02-02T00:00:00Z",
                "2028-03-01T00:00:00Z",
            ),
        ] {
            let now = UnixTime::parse_rfc3339(now).unwrap();
            let ends = [Period::Hour, Period::Day, Period::Month].map(|period| period.end(now));
            assert_eq!(ends.map(|end| end.to_string()), [hour, day, month]);
        }
    }
}
