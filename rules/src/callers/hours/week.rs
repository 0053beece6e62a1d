//! The hours of a week, as a clock shows them.

/// Seconds of a day, as a clock without changes of its offset shows them.
const DAY_SECS: i64 = 86_400;

/// A day of the week, from 0 for Sunday.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Day(u8);

impl Day {
    /// The bits of all days.
    pub(super) const EVERY: u8 = 0x7f;

    /// The names of HTTP.
    ///
    /// Spec: <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>
    const NAMES: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    pub(super) fn new(name: &str) -> Option<Self> {
        let day = Self::NAMES.iter().position(|known| *known == name)?;
        u8::try_from(day).ok().map(Self)
    }

    /// Returns the day of a date, given as days since 1970-01-01, which was a Thursday.
    fn of(date: i64) -> Self {
        Self(u8::try_from((date + 4).rem_euclid(7)).unwrap_or_default())
    }

    pub(super) const fn bit(self) -> u8 {
        1 << self.0
    }
}

/// The same hours on some days of every week.
#[derive(Clone, Copy, Debug)]
pub(super) struct Week {
    /// In minutes after midnight.
    from: u16,
    /// In minutes after midnight of the day on which the hours begin: more than a day if they end on the next one.
    to: u16,
    /// The days on which the hours begin, one bit each.
    days: u8,
}

impl Week {
    /// Minutes of a day.
    pub(super) const DAY: u16 = 24 * 60;

    /// Makes hours that end on the next day if `to` is not later than `from`.
    pub(super) const fn new(from: u16, to: u16, days: u8) -> Self {
        let to = if to <= from { to + Self::DAY } else { to };
        Self { from, to, days }
    }

    /// Returns whether the hours never end.
    pub(super) const fn is_whole(self) -> bool {
        self.are_days() && self.days == Day::EVERY
    }

    /// Returns whether they begin and end at midnight, so that one day follows the other without a break.
    const fn are_days(self) -> bool {
        self.from == 0 && self.to == Self::DAY
    }

    /// Returns when the hours end that `time` belongs to; `None` if it belongs to none.
    pub(super) fn end(self, time: i64) -> Option<i64> {
        let today = time.div_euclid(DAY_SECS);
        let date = [today - 1, today].into_iter().find(|date| self.contains(*date, time))?;
        let mut last = date;
        while self.are_days() && self.begin_on(last + 1) && last < date + 7 {
            last += 1;
        }
        Some(last * DAY_SECS + secs(self.to))
    }

    /// Returns whether the hours that begin on a date contain a time.
    fn contains(self, date: i64, time: i64) -> bool {
        let midnight = date * DAY_SECS;
        let hours = midnight + secs(self.from)..midnight + secs(self.to);
        self.begin_on(date) && hours.contains(&time)
    }

    fn begin_on(self, date: i64) -> bool {
        self.days & Day::of(date).bit() != 0
    }
}

fn secs(minutes: u16) -> i64 {
    i64::from(minutes) * 60
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-23, a Monday, at midnight.
    const MONDAY: i64 = 1_795_392_000;

    fn week(from: u16, to: u16, days: &str) -> Week {
        let days = days.split(' ').map(|name| Day::new(name).unwrap().bit());
        Week::new(from * 60, to * 60, days.fold(0, |days, bit| days | bit))
    }

    /// Returns when the hours end, in hours after Monday's midnight.
    fn end(week: Week, day: i64, hour: i64, minute: i64) -> Option<i64> {
        let time = MONDAY + day * DAY_SECS + hour * 3_600 + minute * 60;
        week.end(time).map(|end| (end - MONDAY) / 3_600)
    }

    #[test]
    fn days_have_the_names_of_http() {
        for (date, name) in [(0, "Thu"), (-1, "Wed"), (MONDAY / DAY_SECS, "Mon"), (11_016, "Tue")] {
            assert_eq!(Some(Day::of(date)), Day::new(name), "{date}"); // 11016: 2000-02-29
        }
        assert_eq!(Day::new("mon"), None);
        assert_eq!(Day::new("Monday"), None);
    }

    #[test]
    fn hours_contain_their_beginning_and_not_their_end() {
        let office = week(8, 18, "Mon Tue Wed Thu Fri");
        assert_eq!(end(office, 0, 7, 59), None);
        assert_eq!(end(office, 0, 8, 0), Some(18));
        assert_eq!(end(office, 0, 17, 59), Some(18));
        assert_eq!(end(office, 0, 18, 0), None);
        assert_eq!(end(office, 4, 12, 0), Some(4 * 24 + 18));
        assert_eq!(end(office, 5, 12, 0), None, "Saturday");
        assert_eq!(end(office, -1, 12, 0), None, "Sunday");
    }

    #[test]
    fn hours_after_midnight_belong_to_the_day_before() {
        let night = week(22, 6, "Fri");
        assert_eq!(end(night, 4, 21, 59), None);
        assert_eq!(end(night, 4, 22, 0), Some(5 * 24 + 6));
        assert_eq!(end(night, 5, 5, 59), Some(5 * 24 + 6), "Saturday morning");
        assert_eq!(end(night, 5, 6, 0), None);
        assert_eq!(end(night, 4, 3, 0), None, "Friday morning belongs to Thursday");
    }

    #[test]
    fn whole_days_follow_each_other_without_a_break() {
        let workdays = week(0, 24, "Mon Tue Wed Thu Fri");
        assert_eq!(end(workdays, 0, 0, 0), Some(5 * 24));
        assert_eq!(end(workdays, 4, 23, 59), Some(5 * 24));
        assert_eq!(end(workdays, 5, 0, 0), None);
        let weekend = week(0, 24, "Sat Sun");
        assert_eq!(end(weekend, 5, 10, 0), Some(7 * 24));
        assert_eq!(end(weekend, 6, 10, 0), Some(7 * 24), "Sunday follows Saturday in every week");
        assert!(Week::new(0, Week::DAY, Day::EVERY).is_whole());
        assert!(!workdays.is_whole());
        assert!(!Week::new(60, Week::DAY, Day::EVERY).is_whole());
    }

    #[test]
    fn a_time_far_away_is_no_overflow() {
        let _ = week(22, 6, "Fri").end(i64::MAX / 2);
        let _ = week(22, 6, "Fri").end(-1);
    }
}
