//! `hours`: when a rule may be used, by the clock of a time zone.

mod offset;
mod week;

use signer::UnixTime;

use self::week::{Day, Week};
use crate::callers::context::AuthContext;
use crate::config::error::ConfigError;
use crate::config::reader::{ConfigValue, TableReader};
use crate::denial::Denial;
use crate::effect::Effect;
use crate::effect::blocked::Blocked;
use crate::effect::results::EffectResult;

const ZONE: &str = r#"the name of a time zone such as "Europe/Berlin""#;
const FROM: &str = r#"a time of day such as "08:00""#;
const TO: &str = r#"a time of day such as "18:00", at most "24:00""#;
const DAYS: &str = r#"a list of days such as ["Mon", "Fri"]"#;

/// Offsets from UTC change at quarters of an hour. The platform is asked about the beginning of one, so that all calls for one
/// request ask the same.
const QUARTER: u64 = 15 * 60;

/// The hours of a week in which a rule may be used.
#[derive(Clone, Debug)]
pub(crate) struct Hours {
    week: Week,
    /// The name in the IANA time zone database; `None` for UTC.
    zone: Option<String>,
}

impl Hours {
    pub(crate) fn parse(entry: &ConfigValue<'_>) -> Result<Self, ConfigError> {
        let mut table = TableReader::new(entry)?;
        let from = time(table.optional("from"), FROM, Week::DAY - 1)?.unwrap_or(0);
        let to = time(table.optional("to"), TO, Week::DAY)?.unwrap_or(Week::DAY);
        let days = match table.optional("days") {
            Some(entry) => days(&entry)?,
            None => Day::EVERY,
        };
        let zone = table.optional("zone").map(|entry| entry.parsed(ZONE, zone)).transpose()?;
        table.finish()?;
        if from == to {
            return Err(
                entry.problem("`from` and `to` are the same time: leave both out for whole days")
            );
        }
        let week = Week::new(from, to, days);
        if week.is_whole() {
            return Err(
                entry.problem("expected `from`, `to` or `days`: these hours restrict nothing")
            );
        }
        Ok(Self { week, zone: zone.filter(|zone| zone != "UTC") })
    }

    /// Checks the time of a request, and returns when the hours end.
    ///
    /// # Errors
    ///
    /// [`Denial::OutsideHours`]; [`Denial::HoursUnavailable`] if the platform does not know the time zone;
    /// [`Blocked::Pending`] if it must be asked first.
    pub(crate) fn check(&self, context: &AuthContext<'_>) -> Result<UnixTime, Blocked<Denial>> {
        let now = context.now;
        let offset = self.offset_at(now, context)?;
        let end = self.week.end(local(now, offset)).ok_or(Denial::OutsideHours)?;
        // Between now and the end, clocks may be put forward or back.
        let offset = self.offset_at(utc(end, offset), context)?;
        Ok(utc(end, offset))
    }

    pub(crate) fn zone(&self) -> Option<&str> {
        self.zone.as_deref()
    }

    /// Returns what the zone's clocks show more than UTC, in seconds.
    fn offset_at(&self, time: UnixTime, context: &AuthContext<'_>) -> Result<i64, Blocked<Denial>> {
        let Some(zone) = &self.zone else { return Ok(0) };
        let at = UnixTime::from_secs(time.as_secs() / QUARTER * QUARTER);
        match context.results.require(Effect::UtcOffset { zone: zone.clone(), at })? {
            EffectResult::UtcOffset(text) => {
                offset::parse(text).ok_or(Denial::HoursUnavailable.into())
            }
            _ => Err(Denial::HoursUnavailable.into()),
        }
    }
}

/// Returns what clocks show at a time, in seconds since 1970 of these clocks.
fn local(time: UnixTime, offset: i64) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX).saturating_add(offset)
}

fn utc(local: i64, offset: i64) -> UnixTime {
    UnixTime::from_secs(local.saturating_sub(offset).try_into().unwrap_or(0))
}

/// Reads a time of day, in minutes, `latest` included.
#[inline(never)]
fn time(
    entry: Option<ConfigValue<'_>>,
    expected: &str,
    latest: u16,
) -> Result<Option<u16>, ConfigError> {
    let time = |text: &str| minutes(text).filter(|time| *time <= latest);
    entry.map(|entry| entry.parsed(expected, time)).transpose()
}

/// Reads a list of days, as one bit each.
fn days(entry: &ConfigValue<'_>) -> Result<u8, ConfigError> {
    let mut days = 0;
    for entry in entry.non_empty_list(DAYS)? {
        days |= entry.parsed(DAYS, Day::new)?.bit();
    }
    Ok(days)
}

/// Parses `08:00` into minutes.
fn minutes(text: &str) -> Option<u16> {
    let number = |digits: &str| {
        let is_number = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|_| is_number)
    };
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes) = (number(hours)?, number(minutes).filter(|minutes| *minutes < 60)?);
    Some(hours * 60 + minutes)
}

/// Accepts the form of a name in the IANA time zone database. Only the platform knows which ones there are.
///
/// Spec: <https://data.iana.org/time-zones/theory.html#naming>
fn zone(text: &str) -> Option<String> {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_uppercase())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+'))
    };
    let is_name = text == "UTC" || (text.contains('/') && text.split('/').all(part));
    (is_name && text.len() <= 64).then(|| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_times_of_day() {
        for (text, expected) in
            [("00:00", 0), ("08:05", 485), ("18:30", 1110), ("23:59", 1439), ("24:00", 1440)]
        {
            assert_eq!(minutes(text), Some(expected), "{text}");
        }
        for text in
            ["", "8:00", "08", "08:60", "08:0", "0800", "+8:00", "08:00:00", "8 am", "08:-1"]
        {
            assert_eq!(minutes(text), None, "{text}");
        }
    }

    #[test]
    fn a_zone_is_an_area_and_a_place_or_utc() {
        for text in [
            "UTC",
            "Europe/Berlin",
            "America/Argentina/Buenos_Aires",
            "Etc/GMT+5",
            "America/Port-au-Prince",
        ] {
            assert_eq!(zone(text).as_deref(), Some(text));
        }
        for text in [
            "",
            "CET",
            "utc",
            "+01:00",
            "europe/berlin",
            "Europe/",
            "/Berlin",
            "Europe/Ber lin",
            "Europe/../Berlin",
        ] {
            assert_eq!(zone(text), None, "{text}");
        }
    }
}
