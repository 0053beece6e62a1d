//! The time, and random bytes.

use core::cell::RefCell;

use rules::Ambient;
use signer::UnixTime;

thread_local! {
    /// Each is used once.
    static RANDOM: RefCell<Vec<[u8; 16]>> = const { RefCell::new(Vec::new()) };
}

/// The current time in milliseconds, as JavaScript counts it.
pub(super) fn now() -> f64 {
    js_sys::Date::now()
}

pub(super) fn ambient() -> Ambient {
    Ambient { now: UnixTime::from_secs(whole(now()) / 1_000), random }
}

/// Milliseconds without their fraction.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates"
)]
pub(super) const fn whole(milliseconds: f64) -> u64 {
    milliseconds as u64
}

/// Random bytes for one identifier, of those that were got for many: asking for them costs more than making a signature.
fn random() -> [u8; 16] {
    RANDOM.with_borrow_mut(|ready| {
        if ready.is_empty() {
            let mut bytes = [0; 1024];
            getrandom::fill(&mut bytes).expect("the platform has random bytes");
            ready.extend_from_slice(bytes.as_chunks().0);
        }
        ready.pop().expect("just filled")
    })
}
