//! Sizes and lengths of time, such as `5 MiB` and `10 min`.

use core::fmt;

use signer::Expires;

pub(crate) const SIZE: &str = r#"a size such as "5 MiB", from 1 byte to 5 GiB"#;

/// Largest object that S3 accepts in one POST or PUT, in bytes: 5 GiB.
const MAX_SIZE: u64 = 5 << 30;

const SIZES: &[(&str, u64)] = &[
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

const TIMES: &[(&str, u64)] =
    &[("s", 1), ("min", 60), ("h", 3_600), ("d", 86_400), ("day", 86_400), ("days", 86_400)];

/// Returns the units of sizes.
#[cfg(feature = "operator")]
pub(crate) fn sizes() -> impl Iterator<Item = &'static str> {
    SIZES.iter().map(|(unit, _)| *unit)
}

/// Returns the units of lengths of time.
#[cfg(feature = "operator")]
pub(crate) fn times() -> impl Iterator<Item = &'static str> {
    TIMES.iter().map(|(unit, _)| *unit)
}

/// Parses a size into bytes, from 1 to [`MAX_SIZE`].
pub(crate) fn size(text: &str) -> Option<u64> {
    size_up_to(text, MAX_SIZE)
}

/// Parses a size into bytes, at least one and at most `max_bytes`.
pub(crate) fn size_up_to(text: &str, max_bytes: u64) -> Option<u64> {
    quantity(text, SIZES).filter(|bytes| (1..=max_bytes).contains(bytes))
}

/// Shows a size in the largest unit that leaves no remainder: `5 MiB`.
pub(crate) fn display_size(bytes: u64) -> impl fmt::Display {
    let exact = SIZES.iter().filter(|(_, factor)| bytes.is_multiple_of(*factor));
    let (unit, factor) = exact.max_by_key(|(_, factor)| *factor).unwrap_or(&("B", 1));
    fmt::from_fn(move |f| write!(f, "{} {unit}", bytes / factor))
}

/// Parses a length of time, at least a second and at most `max_secs`.
pub(crate) fn expires(text: &str, max_secs: u32) -> Option<Expires> {
    let secs = u32::try_from(seconds(text, max_secs.into())?).ok()?;
    Expires::from_secs(secs)
}

/// Parses a length of time into seconds, at least one and at most `max_secs`.
pub(crate) fn seconds(text: &str, max_secs: u64) -> Option<u64> {
    quantity(text, TIMES).filter(|secs| (1..=max_secs).contains(secs))
}

/// Parses a whole number and a unit, with or without a space between them.
fn quantity(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let (digits, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let unit = unit.strip_prefix(' ').unwrap_or(unit);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
    digits.parse::<u64>().ok()?.checked_mul(*factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sizes() {
        for (text, bytes) in
            [("1B", 1), ("5 MiB", 5_242_880), ("5 MB", 5_000_000), ("5 GiB", 5_368_709_120)]
        {
            assert_eq!(size(text), Some(bytes), "{text}");
        }
        for text in [
            "",
            "5",
            "MiB",
            "0 B",
            "5 megs",
            "5  MiB",
            "-5 MiB",
            "5.5 MiB",
            "6 GiB",
            "99999999999999999999 B",
            "18446744073709551615 GiB",
        ] {
            assert_eq!(size(text), None, "{text}");
        }
    }

    #[test]
    fn writes_sizes_as_it_reads_them() {
        for text in ["1 B", "1023 B", "1 KiB", "10 kB", "5 MiB", "5 GiB", "1048577 B"] {
            assert_eq!(display_size(size(text).unwrap()).to_string(), text);
        }
    }

    #[test]
    fn reads_times_up_to_the_limit() {
        assert_eq!(expires("10 min", 86_400), Expires::from_secs(600));
        assert_eq!(expires("1 day", 86_400), Expires::from_secs(86_400));
        for text in ["0 s", "25 h", "10", "10 minutes", "1 min 30 s"] {
            assert_eq!(expires(text, 86_400), None, "{text}");
        }
    }
}
