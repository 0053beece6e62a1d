//! Checks whether a link has expired, or is not valid yet.

use signer::UnixTime;

use crate::cause::{Cause, Code};
use crate::instant;
use crate::instant::{between, length};
use crate::link::Link;
use crate::server_error::ServerError;

/// How far a clock may be ahead, in seconds: 15 minutes.
const MAX_SKEW_SECS: u64 = 900;

/// The instant at which a link expires.
pub(crate) fn end(link: &Link) -> Option<UnixTime> {
    if let Some(scheme) = link.other_scheme() {
        return scheme.end(link);
    }
    Some(link.signed_at()?.plus_secs(link.part("Expires")?.parse().ok()?))
}

pub(crate) fn link(link: &Link, now: UnixTime) -> Option<Cause> {
    if let Some(ahead) = link.signed_at().filter(|at| *at > now.plus_secs(MAX_SKEW_SECS)) {
        return Some(ahead_of(ahead, now));
    }
    end(link).filter(|end| now >= *end).map(|end| expired("link", end, now))
}

/// The cause for a link or form that expired at `end`, before `now`.
pub(crate) fn expired(kind: &str, end: UnixTime, now: UnixTime) -> Cause {
    let late = length(between(now, end));
    let message = format!("the {kind} expired at {end}, {late} before {now}");
    Cause::new(Code::Expired, message, "sign again; if users need more time, sign for longer")
}

fn ahead_of(signed: UnixTime, now: UnixTime) -> Cause {
    let ahead = length(between(signed, now));
    let message =
        format!("the signature is dated {signed}, {ahead} after {now}, so it is not valid yet");
    Cause::new(
        Code::ClockSkew,
        message,
        "correct the clock of the machine that signs, for example with NTP",
    )
}

/// The cause for a wrong clock, with both times from the server's error.
pub(crate) fn by_server(server_error: &ServerError) -> Cause {
    let time = |name| server_error.field(name).and_then(instant::parse);
    let (request, server) = (time("RequestTime"), time("ServerTime"));
    let message = match (request, server) {
        (Some(request), Some(server)) => {
            let (difference, direction) = (
                length(between(request, server)),
                if request > server { "ahead of" } else { "behind" },
            );
            format!(
                "the clock of the machine that signs is {difference} {direction} the server's: {request} instead of {server}"
            )
        }
        _ => "the server's clock and that of the machine that signs differ by more than 15 minutes"
            .into(),
    };
    Cause::new(
        Code::ClockSkew,
        message,
        "correct the clock of the machine that signs, for example with NTP",
    )
}
