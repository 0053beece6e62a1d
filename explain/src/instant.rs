//! Instants and lengths of time in all formats that signatures, policies and servers use.

use core::cmp::Reverse;
use std::time::UNIX_EPOCH;

use signer::UnixTime;

/// Parses `2015-12-29T00:00:00.000Z`, `20151229T000000Z` or `Tue, 29 Dec 2015 00:00:00 GMT`.
pub(crate) fn parse(text: &str) -> Option<UnixTime> {
    let text = text.trim();
    let http = || http_date(text);
    UnixTime::parse_rfc3339(text).or_else(|| UnixTime::parse_amz_date(text)).or_else(http)
}

/// Parses the date of a header; Signature Version 2 writes `+0000` for `GMT`.
fn http_date(text: &str) -> Option<UnixTime> {
    let date = httpdate::parse_http_date(&text.replace("+0000", "GMT")).ok()?;
    Some(UnixTime::from_secs(date.duration_since(UNIX_EPOCH).ok()?.as_secs()))
}

/// `2 h 5 min`: the two largest units, for people.
pub(crate) fn length(secs: u64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let first = units.iter().position(|(size, _)| secs >= *size).unwrap_or(3);
    let mut rest = secs;
    let parts = units.iter().skip(first).take(2).filter_map(|(size, unit)| {
        let count = rest / size;
        rest %= size;
        (count > 0).then(|| format!("{count} {unit}"))
    });
    let text = parts.collect::<Vec<_>>().join(" ");
    if text.is_empty() { "0 s".into() } else { text }
}

/// The time between two instants, in seconds.
pub(crate) fn between(first: UnixTime, second: UnixTime) -> u64 {
    let mut both = [first, second];
    both.sort_by_key(|instant| Reverse(*instant));
    let [late, early] = both.map(UnixTime::as_secs);
    late - early
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_three_spellings_of_one_instant() {
        for text in [
            "2015-12-29T00:00:00.000Z",
            "20151229T000000Z",
            "Tue, 29 Dec 2015 00:00:00 GMT",
            "Tue, 29 Dec 2015 00:00:00 +0000",
        ] {
            assert_eq!(parse(text).map(UnixTime::as_secs), Some(1_451_347_200), "{text}");
        }
        for text in ["", "soon", "20151329T000000Z", "é0151229T000000Z"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn writes_a_length_in_two_units() {
        let lengths = [0, 59, 60, 3_661, 7_200, 90_000].map(length);
        assert_eq!(lengths, ["0 s", "59 s", "1 min", "1 h 1 min", "2 h", "1 d 1 h"]);
    }
}
