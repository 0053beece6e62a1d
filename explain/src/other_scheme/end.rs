//! When a link of another scheme expires.

use base64::alphabet::Alphabet;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::Value;
use signer::UnixTime;

use crate::instant;
use crate::link::Link;

/// Where a link states when it expires.
#[derive(Debug)]
pub(super) enum End {
    /// Seconds since 1970.
    Epoch(&'static str),
    /// An instant, such as `2015-12-29T00:00:00Z`.
    Instant(&'static str),
    /// A date such as `20151229T000000Z`, and seconds after it.
    After(&'static str, &'static str),
    /// Two times in seconds since 1970: `begin;end`.
    Range(&'static str),
    /// `CloudFront`'s policy in base64.
    Policy(&'static str),
    /// `bce-auth-v1/<key id>/<instant>/<seconds>/<headers>/<signature>`.
    Baidu(&'static str),
    /// The claim `exp` of a JSON Web Token.
    Jwt(&'static str),
}

impl End {
    pub(super) fn of(&self, link: &Link) -> Option<UnixTime> {
        let seconds = |text: &str| text.parse().ok().map(UnixTime::from_secs);
        match self {
            Self::Epoch(name) => seconds(&link.decoded(name)?),
            Self::Instant(name) => short_instant(&link.decoded(name)?),
            Self::After(date, length) => {
                let start = UnixTime::parse_amz_date(&link.decoded(date)?)?;
                Some(start.plus_secs(link.decoded(length)?.parse().ok()?))
            }
            Self::Range(name) => seconds(link.decoded(name)?.split_once(';')?.1),
            Self::Policy(name) => policy_end(&link.decoded(name)?),
            Self::Baidu(name) => baidu_end(&link.decoded(name)?),
            Self::Jwt(name) => token_end(&link.decoded(name)?),
        }
    }
}

/// An instant that may lack its seconds or its time.
fn short_instant(text: &str) -> Option<UnixTime> {
    let whole = match text.strip_suffix('Z') {
        Some(start) if start.len() == "2015-12-29T00:00".len() => format!("{start}:00Z"),
        None if text.len() == "2015-12-29".len() => format!("{text}T00:00:00Z"),
        _ => text.to_owned(),
    };
    instant::parse(&whole)
}

/// `DateLessThan` of a policy, which is in base64 with other letters for `+`, `=` and `/`.
fn policy_end(text: &str) -> Option<UnixTime> {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~";
    let alphabet = Alphabet::new(alphabet).ok()?;
    let engine = GeneralPurpose::new(
        &alphabet,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone),
    );
    let json = engine.decode(text.trim_end_matches('_')).ok()?;
    let policy: Value = serde_json::from_slice(&json).ok()?;
    let end = policy.pointer("/Statement/0/Condition/DateLessThan/AWS:EpochTime")?;
    end.as_u64().map(UnixTime::from_secs)
}

/// The end in Baidu's authorization; its seconds are -1 in links that do not expire.
fn baidu_end(text: &str) -> Option<UnixTime> {
    let mut parts = text.strip_prefix("bce-auth-v1/")?.split('/').skip(1);
    let (start, secs) = (instant::parse(parts.next()?)?, parts.next()?);
    Some(start.plus_secs(secs.parse().ok()?))
}

/// The claim `exp` of a token, whose signature is not verified.
fn token_end(text: &str) -> Option<UnixTime> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(text.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&json).ok()?;
    claims.get("exp")?.as_u64().map(UnixTime::from_secs)
}
