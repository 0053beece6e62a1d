//! Too late, or too early.

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

/// Good until `end`, which was before `now`.
pub(crate) fn expired(what: &str, end: UnixTime, now: UnixTime) -> Cause {
    let late = length(between(now, end));
    let what = format!("the {what} expired at {end}, {late} before {now}");
    Cause::new(
        Code::Expired,
        what,
        "have it signed again; where people take longer, sign for longer",
    )
}

fn ahead_of(signed: UnixTime, now: UnixTime) -> Cause {
    let ahead = length(between(signed, now));
    let what = format!("it is dated {signed}, {ahead} after {now}: it is not valid yet");
    Cause::new(Code::ClockSkew, what, "set the clock of the machine that signs, such as by NTP")
}

/// What the server says of the time, where the link does not show it.
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
                "the clock of the machine that signs is {apart} {side} the server's: {request}, and there {server}"
            )
        }
        _ => "the server's clock and that of the machine that signs differ by more than 15 minutes"
            .into(),
    };
    Cause::new(Code::ClockSkew, what, "set the clock of the machine that signs, such as by NTP")
}
