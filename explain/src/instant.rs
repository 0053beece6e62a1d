//! Instants and lengths of time, as signatures, policies, servers and people write them.

use core::cmp::Reverse;

use signer::UnixTime;
use time::OffsetDateTime;
use time::format_description::well_known::{Rfc2822, Rfc3339};

/// Reads `20151229T000000Z`.
pub(crate) fn amz_date(text: &str) -> Option<UnixTime> {
    let spelled = text.len() == 16 && text.get(8..9) == Some("T") && text.ends_with('Z');
    let part = |range| text.get(range).filter(|_| spelled);
    let date = format!("{}-{}-{}", part(0..4)?, part(4..6)?, part(6..8)?);
    let time = format!("{}:{}:{}", part(9..11)?, part(11..13)?, part(13..15)?);
    unix(OffsetDateTime::parse(&format!("{date}T{time}Z"), &Rfc3339).ok()?)
}

/// Reads `2015-12-29T00:00:00.000Z`, `20151229T000000Z` or `Tue, 29 Dec 2015 00:00:00 GMT`.
pub(crate) fn any(text: &str) -> Option<UnixTime> {
    let text = text.trim();
    let http = || OffsetDateTime::parse(text, &Rfc2822).ok();
    let instant = OffsetDateTime::parse(text, &Rfc3339).ok().or_else(http).and_then(unix);
    instant.or_else(|| amz_date(text))
}

fn unix(instant: OffsetDateTime) -> Option<UnixTime> {
    u64::try_from(instant.unix_timestamp()).ok().map(UnixTime::from_secs)
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

/// How far two instants are from each other, in seconds.
pub(crate) fn between(one: UnixTime, other: UnixTime) -> u64 {
    let mut both = [one, other];
    both.sort_by_key(|instant| Reverse(*instant));
    let [late, early] = both.map(UnixTime::as_secs);
    late - early
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_three_spellings_of_one_instant() {
        for text in
            ["2015-12-29T00:00:00.000Z", "20151229T000000Z", "Tue, 29 Dec 2015 00:00:00 GMT"]
        {
            assert_eq!(any(text).map(UnixTime::as_secs), Some(1_451_347_200), "{text}");
        }
        for text in ["", "soon", "20151329T000000Z", "é0151229T000000Z"] {
            assert_eq!(any(text), None, "{text}");
        }
    }

    #[test]
    fn tells_a_length_in_two_units() {
        let told = [0, 59, 60, 3_661, 7_200, 90_000].map(length);
        assert_eq!(told, ["0 s", "59 s", "1 min", "1 h 1 min", "2 h", "1 d 1 h"]);
    }
}
