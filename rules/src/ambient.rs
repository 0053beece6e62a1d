//! The time and the random bytes of a request.

use signer::UnixTime;

/// What a pure function takes from the outside: the current time, and a source of random bytes.
#[derive(Clone, Copy, Debug)]
pub struct Ambient {
    /// The current time.
    pub now: UnixTime,
    /// Returns sixteen random bytes, new ones at each call.
    pub random: fn() -> [u8; 16],
}
