//! The time and the random bytes that a decision uses.

use signer::UnixTime;

/// The current time, and a source of random bytes.
#[derive(Clone, Copy, Debug)]
pub struct Ambient {
    /// The current time.
    pub now: UnixTime,
    /// Returns sixteen new random bytes at each call.
    pub random: fn() -> [u8; 16],
}
