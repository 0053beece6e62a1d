//! What the clocks of a time zone show more than UTC.

/// Parses the end of `11/23/2026, GMT+05:30` into seconds; for UTC, it is `GMT`.
///
/// Spec: <https://unicode.org/reports/tr35/tr35-dates.html#Time_Zone_Format_Terminology>, "Localized GMT format", long
pub(super) fn parse(text: &str) -> Option<i64> {
    let (_, offset) = text.rsplit_once("GMT")?;
    if offset.is_empty() {
        return Some(0);
    }
    let (sign, offset) = match offset.split_at_checked(1)? {
        ("+", offset) => (1, offset),
        ("-", offset) => (-1, offset),
        _ => return None,
    };
    let (hours, minutes) = offset.split_once(':')?;
    let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.parse::<i64>().ok()?);
    let is_offset = (0..24).contains(&hours) && (0..60).contains(&minutes);
    is_offset.then_some(sign * (hours * 3_600 + minutes * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_offsets_as_the_platform_writes_them() {
        for (text, expected) in [
            ("11/23/2026, GMT", Some(0)),
            ("11/23/2026, GMT+01:00", Some(3_600)),
            ("11/23/2026, GMT+05:45", Some(20_700)),
            ("11/23/2026, GMT-03:30", Some(-12_600)),
            ("11/23/2026, GMT-03:30:52", None),
            ("11/23/2026, CET", None),
            ("11/23/2026, GMT+1", None),
            ("11/23/2026, GMT+99:00", None),
            ("", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
