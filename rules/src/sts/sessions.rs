//! The temporary credentials of one bucket, and when to renew them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use signer::{Credentials, UnixTime};

use crate::sts::answer::Session;

/// Shortest time before their end at which credentials are renewed, in seconds, unless they live less than twice as long.
const MIN_MARGIN: u64 = 300;

/// The part of their life before its end at which credentials are renewed.
const MARGIN: u64 = 5;

/// Longest time between two requests after a failure, in seconds. The first is after one second; each other, after twice the time.
const MAX_PAUSE: u64 = 30;

/// How long a renewal in the background may take, in seconds. After that it counts as lost.
const PATIENCE: u64 = 30;

/// The credentials of one bucket. They live as long as the Worker's instance, and can be lost at any time.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<State>);

impl Sessions {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic cannot leave the state half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A clone starts without credentials.
impl Clone for Sessions {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// The current credentials, and the next request for new ones.
#[derive(Debug)]
pub(crate) struct State {
    session: Option<Session>,
    /// When to renew, or to try again after a failure.
    due: UnixTime,
    /// How many requests have failed since the last success.
    failures: u32,
    /// Whether a renewal has begun in the background.
    is_renewing: bool,
}

impl Default for State {
    fn default() -> Self {
        let due = UnixTime::from_secs(0);
        Self { session: None, due, failures: 0, is_renewing: false }
    }
}

/// What a request does before it signs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Next {
    /// Sign.
    Sign,
    /// Begin to renew the credentials in the background, then sign with those that there are.
    Renew,
    /// Wait for credentials.
    Wait,
    /// Give up: the last request for credentials failed, and the next is after this time, in seconds.
    Fail {
        /// At least 1.
        retry_after: u32,
    },
}

impl State {
    /// Decides what a request does. Of all requests, only one is told to renew.
    pub(crate) fn next(&mut self, now: UnixTime) -> Next {
        let left = self.due.as_secs().saturating_sub(now.as_secs());
        match (self.usable(now), left) {
            (Some(_), 1..) => Next::Sign,
            (Some(_), 0) => {
                (self.is_renewing, self.due) = (true, now.plus_secs(PATIENCE));
                Next::Renew
            }
            (None, 1..) if self.failures > 0 && !self.is_renewing => {
                Next::Fail { retry_after: u32::try_from(left).unwrap_or(u32::MAX) }
            }
            (None, _) => Next::Wait,
        }
    }

    /// Returns the credentials that have not expired, and their expiration.
    pub(crate) fn usable(&self, now: UnixTime) -> Option<(&Credentials, UnixTime)> {
        let session = self.session.as_ref().filter(|session| now < session.expiration)?;
        Some((&session.credentials, session.expiration))
    }

    /// Stores new credentials, which are renewed before less than `longest` of their life is left, in seconds, so that what
    /// they sign does not end early. Half of their life is the limit.
    pub(crate) fn store(&mut self, session: Session, longest: u64, now: UnixTime) {
        let life = session.expiration.as_secs().saturating_sub(now.as_secs());
        let margin = (life / MARGIN).max(MIN_MARGIN).max(longest).min(life / 2);
        self.due = now.plus_secs(life - margin);
        (self.session, self.failures, self.is_renewing) = (Some(session), 0, false);
    }

    /// Notes a failure. Credentials that have not expired are still used.
    pub(crate) fn fail(&mut self, now: UnixTime) {
        let pause = 1_u64.checked_shl(self.failures).unwrap_or(MAX_PAUSE).min(MAX_PAUSE);
        self.due = now.plus_secs(pause);
        (self.failures, self.is_renewing) = (self.failures.saturating_add(1), false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_460_400; // 2026-11-23T19:00:00Z

    fn at(after: u64) -> UnixTime {
        UnixTime::from_secs(NOW + after)
    }

    fn session(end: u64) -> Session {
        Session { credentials: Credentials::new("ASIA", "secret"), expiration: at(end) }
    }

    /// The state with credentials of an hour that were stored at 0.
    fn stored() -> State {
        let mut state = State::default();
        assert_eq!(state.next(at(0)), Next::Wait);
        state.store(session(3_600), 600, at(0));
        state
    }

    #[test]
    fn renews_once_a_fifth_of_the_life_is_left_and_signs_meanwhile() {
        let mut state = stored();
        assert_eq!(state.next(at(0)), Next::Sign);
        assert_eq!(state.next(at(2_879)), Next::Sign);
        assert_eq!(state.next(at(2_880)), Next::Renew);
        assert_eq!(state.next(at(2_880)), Next::Sign, "another request does not renew too");
        assert_eq!(state.next(at(2_909)), Next::Sign);
        assert_eq!(state.next(at(2_910)), Next::Renew, "the first renewal was lost");
        state.store(session(2_911 + 3_600), 600, at(2_911));
        assert_eq!(state.next(at(2_911 + 2_879)), Next::Sign);
        assert_eq!(state.next(at(2_911 + 2_880)), Next::Renew);
    }

    #[test]
    fn renews_early_enough_for_the_longest_grant() {
        for (life, longest, due) in [
            (3_600, 0, 2_880),
            (900, 0, 600),         // at least 5 minutes before the end
            (300, 0, 150),         // at most half of the life
            (3_600, 1_200, 2_400), // no grant of 20 minutes ends early
            (3_600, 86_400, 1_800),
            (1, 0, 1),
        ] {
            let mut state = State::default();
            state.store(session(life), longest, at(0));
            assert_eq!(state.due, at(due), "{life} {longest}");
        }
    }

    #[test]
    fn old_credentials_sign_until_they_end_while_renewals_fail() {
        let mut state = stored();
        let mut now = 2_880;
        for pause in [1, 2, 4, 8, 16, 30, 30] {
            assert_eq!(state.next(at(now)), Next::Renew);
            state.fail(at(now));
            assert_eq!(state.next(at(now + pause - 1)), Next::Sign);
            now += pause;
        }
        assert_eq!(state.next(at(3_599)), Next::Renew);
        assert_eq!(state.next(at(3_600)), Next::Wait, "the renewal under way might succeed");
        state.fail(at(3_600));
        assert_eq!(state.next(at(3_600)), Next::Fail { retry_after: 30 });
        assert_eq!(state.next(at(3_629)), Next::Fail { retry_after: 1 });
        assert_eq!(state.next(at(3_630)), Next::Wait);
        state.store(session(7_230), 600, at(3_630));
        assert_eq!(state.next(at(3_630)), Next::Sign);
    }

    #[test]
    fn without_credentials_requests_are_limited() {
        let mut state = State::default();
        for pause in [1, 2, 4, 8, 16, 30] {
            assert_eq!(state.next(at(0)), Next::Wait);
            assert_eq!(state.next(at(0)), Next::Wait, "all wait for one answer");
            state.fail(at(0));
            assert_eq!(state.next(at(0)), Next::Fail { retry_after: pause });
            state.due = at(0);
        }
    }
}
