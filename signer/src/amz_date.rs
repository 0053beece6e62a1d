//! The date and time of a signature, in the format of `X-Amz-Date`.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>

use crate::unix_time::UnixTime;

/// An instant as text, `20151229T000000Z`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AmzDate([u8; 16]);

impl UnixTime {
    /// `x-amz-date`, `20151229T000000Z`.
    pub(crate) fn amz_date(self) -> AmzDate {
        AmzDate::new(self)
    }
}

impl AmzDate {
    pub(crate) fn new(time: UnixTime) -> Self {
        let (year, month, day) = time.calendar();
        let [century, year] =
            [year / 100, year % 100].map(|part| two_digits(u8::try_from(part).unwrap_or(0)));
        let ([y1, y2], [y3, y4], [m1, m2], [d1, d2]) =
            (century, year, two_digits(month), two_digits(day));
        Self([y1, y2, y3, y4, m1, m2, d1, d2, b'T', 0, 0, 0, 0, 0, 0, b'Z']).at(time)
    }

    /// The same day, at the time of day of `time`. Computing the day is the slow part of [`AmzDate::new`].
    pub(crate) fn at(self, time: UnixTime) -> Self {
        let secs = time.as_secs() % 86_400;
        let [hour, minute, second] = [secs / 3_600, secs / 60 % 60, secs % 60]
            .map(|part| two_digits(u8::try_from(part).unwrap_or(0)));
        let [y1, y2, y3, y4, m1, m2, d1, d2, ..] = self.0;
        let ([h1, h2], [n1, n2], [s1, s2]) = (hour, minute, second);
        Self([y1, y2, y3, y4, m1, m2, d1, d2, b'T', h1, h2, n1, n2, s1, s2, b'Z'])
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The day, as a scope has it: `20151229`.
    pub(crate) fn day(&self) -> &str {
        self.as_str().get(..8).unwrap_or_default()
    }
}

/// The two decimal digits of a number below 100.
const fn two_digits(number: u8) -> [u8; 2] {
    [b'0'.wrapping_add(number / 10), b'0'.wrapping_add(number % 10)]
}
