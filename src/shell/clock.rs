//! The time, and random bytes.

use core::cell::RefCell;

use rules::Ambient;
use signer::UnixTime;

thread_local! {
    /// Random bytes that have not been used yet.
    static RANDOM: RefCell<Vec<[u8; 16]>> = const { RefCell::new(Vec::new()) };
}

/// Returns the current time in milliseconds since 1970.
pub(super) fn now() -> f64 {
    js_sys::Date::now()
}

/// Returns the current time and the source of random bytes.
pub(super) fn ambient() -> Ambient {
    Ambient { now: UnixTime::from_secs(whole(now()) / 1_000), random }
}

/// Drops the fraction of milliseconds.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates"
)]
pub(super) const fn whole(milliseconds: f64) -> u64 {
    milliseconds as u64
}

/// Returns random bytes for one identifier. They are requested for many at once, since each request is slow.
fn random() -> [u8; 16] {
    RANDOM.with_borrow_mut(|unused| {
        if unused.is_empty() {
            let mut bytes = [0; 1024];
            getrandom::fill(&mut bytes).expect("the platform has random bytes");
            unused.extend_from_slice(bytes.as_chunks().0);
        }
        unused.pop().expect("just filled")
    })
}
