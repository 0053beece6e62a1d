//! Checks the time: expired, or not valid yet.

use signer::UnixTime;

use crate::instant::{between, length};
use crate::link::Link;
use crate::{Cause, Code, ServerError, instant};

/// How far a clock may be ahead, in seconds: 15 minutes.
const MAX_SKEW_SECS: u64 = 900;

/// When a link ends.
pub(crate) fn end(link: &Link) -> Option<UnixTime> {
    let secs = if link.is_version_2() {
        return link.decoded("Expires")?.parse().ok().map(UnixTime::from_secs);
    } else {
        link.part("Expires")?.parse().ok()?
    };
    Some(link.signed_at()?.plus_secs(secs))
}

pub(crate) fn link(link: &Link, now: UnixTime) -> Option<Cause> {
    if let Some(ahead) = link.signed_at().filter(|at| *at > now.plus_secs(MAX_SKEW_SECS)) {
        return Some(ahead_of(ahead, now));
    }
    end(link).filter(|end| now >= *end).map(|end| expired("link", end, now))
}

/// Valid until `end`, which is before `now`.
pub(crate) fn expired(what: &str, end: UnixTime, now: UnixTime) -> Cause {
    let late = length(between(now, end));
    let what = format!("the {what} expired at {end}, {late} before {now}");
    Cause::new(Code::Expired, what, "sign it again; if users need more time, sign it for longer")
}

fn ahead_of(signed: UnixTime, now: UnixTime) -> Cause {
    let ahead = length(between(signed, now));
    let what = format!("it is dated {signed}, which is {ahead} after {now}: it is not valid yet");
    Cause::new(
        Code::ClockSkew,
        what,
        "correct the clock of the machine that signs, for example with NTP",
    )
}

/// The server's and the signer's time, from the server's error.
pub(crate) fn by_server(server_error: &ServerError) -> Cause {
    let time = |name| server_error.field(name).and_then(instant::any);
    let (request, server) = (time("RequestTime"), time("ServerTime"));
    let what = match (request, server) {
        (Some(request), Some(server)) => {
            let (apart, side) = (
                length(between(request, server)),
                if request > server { "ahead of" } else { "behind" },
            );
            format!(
                "the clock of the machine that signs is {apart} {side} the server's: {request} instead of {server}"
            )
        }
        _ => "the server's clock and that of the machine that signs differ by more than 15 minutes"
            .into(),
    };
    Cause::new(
        Code::ClockSkew,
        what,
        "correct the clock of the machine that signs, for example with NTP",
    )
}
