//! The one place that asks what time it is.

use std::time::{SystemTime, UNIX_EPOCH};

use signer::UnixTime;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Now.
#[expect(clippy::disallowed_methods, reason = "this is no Worker: a native program has a clock")]
pub(crate) fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    UnixTime::from_secs(since.as_secs())
}

/// Reads `2026-11-23T19:00:00Z`, `20261123T190000Z` or seconds since 1970.
pub(crate) fn parse(text: &str) -> Result<UnixTime, String> {
    let secs = text.parse().ok().or_else(|| {
        let instant = OffsetDateTime::parse(&spelled_out(text), &Rfc3339).ok()?;
        u64::try_from(instant.unix_timestamp()).ok()
    });
    let expected = r#"expected an instant such as "2026-11-23T19:00:00Z""#;
    secs.map(UnixTime::from_secs).ok_or_else(|| expected.into())
}

/// `20261123T190000Z`, as `X-Amz-Date` has it, with the punctuation of RFC 3339.
fn spelled_out(text: &str) -> String {
    let part = |range| text.get(range).unwrap_or_default();
    if text.len() != 16 || text.contains('-') {
        return text.into();
    }
    let date = format!("{}-{}-{}", part(0..4), part(4..6), part(6..8));
    format!("{date}{}{}:{}:{}", part(8..9), part(9..11), part(11..13), part(13..16))
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
