//! The system clock, and the parser of instants on the command line.

use std::time::{SystemTime, UNIX_EPOCH};

use signer::UnixTime;

/// The current time.
#[expect(
    clippy::disallowed_methods,
    reason = "the ban is for Workers; a native program has a clock"
)]
pub(crate) fn now() -> UnixTime {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixTime::from_secs(since_epoch.as_secs())
}

/// Parses `2026-11-23T19:00:00Z`, `20261123T190000Z` or seconds since 1970.
pub(crate) fn parse(text: &str) -> Result<UnixTime, String> {
    let seconds = || text.parse().ok().map(UnixTime::from_secs);
    UnixTime::parse_rfc3339(text)
        .or_else(|| UnixTime::parse_amz_date(text))
        .or_else(seconds)
        .ok_or_else(|| r#"expected an instant such as "2026-11-23T19:00:00Z""#.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_an_instant_in_three_spellings() {
        for text in
            ["2026-11-23T19:00:00Z", "20261123T190000Z", "1795460400", "2026-11-23T20:00:00+01:00"]
        {
            assert_eq!(parse(text).map(UnixTime::as_secs), Ok(1_795_460_400), "{text}");
        }
        for text in ["", "soon", "2026-11-23", "20261323T190000Z", "-1", "1969-12-31T23:59:59Z"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
