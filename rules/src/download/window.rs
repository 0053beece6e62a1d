//! Windows of time in which a link stays the same, so that browsers and other caches can keep its object.

use signer::{Expires, UnixTime};

/// A length of time, counted from the epoch on: each instant is in exactly one window.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Window(Expires);

impl Window {
    pub(crate) const fn new(length: Expires) -> Self {
        Self(length)
    }

    /// Returns the instant at which the window of `now` began.
    pub(crate) fn start(self, now: UnixTime) -> UnixTime {
        UnixTime::from_secs(now.as_secs() - now.as_secs() % self.secs())
    }

    /// Returns the seconds until the next window, at least 1.
    pub(crate) fn left(self, now: UnixTime) -> u64 {
        self.secs() - now.as_secs() % self.secs()
    }

    /// Returns the length of the window.
    pub(crate) const fn length(self) -> Expires {
        self.0
    }

    /// Returns the length of the window, in seconds.
    pub(crate) fn secs(self) -> u64 {
        self.0.as_secs().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_instant_is_in_one_window() {
        let window = Window::new(Expires::from_secs(120).unwrap());
        for (now, start, left) in
            [(0, 0, 120), (1, 0, 119), (119, 0, 1), (120, 120, 120), (121, 120, 119)]
        {
            let now = UnixTime::from_secs(now);
            assert_eq!((window.start(now), window.left(now)), (UnixTime::from_secs(start), left));
        }
    }
}
