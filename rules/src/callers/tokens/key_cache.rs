//! A cache of key sets by URL, which decides when each is fetched again.

use litemap::LiteMap;
use signer::UnixTime;

use crate::callers::token_fault::TokenFault;
use crate::callers::tokens::algorithm::Algorithm;
use crate::callers::tokens::jwk::{Jwk, KeySet};
use crate::callers::tokens::missing_keys::{KeysFailure, MissingKeys};
use crate::denial::{Denial, token_refused};
use crate::effect::Effect;
use crate::effect::blocked::Blocked;
use crate::effect::results::{EffectResult, Results};

/// Shortest time between two fetches of a set because of an unknown key or a failure, in seconds.
const PAUSE: u64 = 30;

/// Shortest time between two fetches while there is no usable set, in seconds. Nobody can authenticate then.
const PAUSE_WITHOUT_SET: u64 = 5;

/// How long a set is fresh, in seconds: by default, at least, at most.
const MAX_AGE: (u64, u64, u64) = (600, PAUSE, 86_400);

/// How long an expired set is used while its issuer cannot be reached, in seconds: a day. After that, the risk that a key
/// was withdrawn outweighs the site's availability.
const MAX_STALE: u64 = 86_400;

pub(crate) const NOT_PUBLISHED: Denial =
    token_refused(TokenFault::Key, "is signed with a key that its issuer does not publish");

const DEADLINE_MS: u32 = 2_000;
const MAX_BYTES: u32 = 262_144;

/// The key sets of all issuers. It lives as long as the Worker's instance, and can be lost at any time.
#[derive(Debug, Default)]
pub struct KeyCache(LiteMap<String, CachedSet>);

/// The key set of one URL, if a fetch has succeeded.
#[derive(Debug)]
struct CachedSet {
    keys: Option<KeySet>,
    fresh_until: UnixTime,
    fetched_at: Option<UnixTime>,
    /// How the last fetch failed.
    failure: KeysFailure,
}

/// A key to find, and the entry of `CALLERS` that needs it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Find<'a> {
    pub(crate) entry: &'a str,
    pub(crate) url: &'a str,
    pub(crate) id: Option<&'a str>,
    pub(crate) algorithm: Algorithm,
}

impl KeyCache {
    /// Finds a key in the set at its URL.
    ///
    /// A set is fetched if there is none, if it has expired, and for a key that it lacks. A set that cannot be renewed is
    /// used for another day, so that an issuer's outage does not stop the site at once.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] for a fetch, [`Denial::TokenRefused`] if the set has no such key, [`Denial::KeysUnavailable`] if
    /// there is no set, or only one that is too old.
    pub(crate) fn find(
        &mut self,
        Find { entry, url, id, algorithm }: Find<'_>,
        results: &Results,
        now: UnixTime,
    ) -> Result<Jwk, Blocked<Denial>> {
        let source = self.0.get(url);
        if source.is_none_or(|source| source.is_due(id, algorithm, now)) {
            let fetch = Effect::Fetch {
                url: url.to_owned(),
                form: None,
                deadline_ms: DEADLINE_MS,
                max_bytes: MAX_BYTES,
            };
            let result = results.require(fetch)?;
            self.update(url, result, now);
        }
        let source = self.0.get(url);
        let keys = source.and_then(|source| source.usable(now));
        let keys = keys.ok_or_else(|| unavailable(entry, url, source))?;
        let key = keys.find(id, algorithm).cloned();
        key.ok_or(NOT_PUBLISHED.into())
    }

    /// Stores the result of a fetch.
    fn update(&mut self, url: &str, result: &EffectResult, now: UnixTime) {
        let new = read(result);
        let failure = KeysFailure::Unreachable;
        let empty = CachedSet { keys: None, fresh_until: now, fetched_at: None, failure };
        let source = self.0.entry(url.into()).or_insert(empty);
        // No pause after the first set: the issuer might rotate its keys right after it.
        source.fetched_at = if source.keys.is_none() && new.is_ok() { None } else { Some(now) };
        match new {
            Ok((keys, max_age)) => {
                source.keys = Some(keys);
                source.fresh_until = now.plus_secs(max_age);
            }
            Err(failure) => source.failure = failure,
        }
    }
}

/// Reads a key set, and how long it is fresh, in seconds.
fn read(result: &EffectResult) -> Result<(KeySet, u64), KeysFailure> {
    let EffectResult::Fetched(fetched) = result else { return Err(KeysFailure::Unreachable) };
    if fetched.status != 200 {
        return Err(KeysFailure::Status(fetched.status));
    }
    let keys = KeySet::parse(fetched.body.as_bytes()).ok_or(KeysFailure::Malformed)?;
    Ok((keys, max_age(&fetched.cache_control, &fetched.age)))
}

#[inline(never)] // rare
fn unavailable(entry: &str, url: &str, source: Option<&CachedSet>) -> Denial {
    let failure = source.map_or(KeysFailure::Unreachable, |source| source.failure);
    Denial::KeysUnavailable(Box::new(MissingKeys::new(entry, url, failure)))
}

impl CachedSet {
    /// Returns the set, unless it expired more than [`MAX_STALE`] ago.
    fn usable(&self, now: UnixTime) -> Option<&KeySet> {
        self.keys.as_ref().filter(|_| now < self.fresh_until.plus_secs(MAX_STALE))
    }

    /// Returns whether to fetch: because there is no set, it has expired, or it lacks the key.
    fn is_due(&self, id: Option<&str>, algorithm: Algorithm, now: UnixTime) -> bool {
        let pause = if self.usable(now).is_some() { PAUSE } else { PAUSE_WITHOUT_SET };
        let known = self.keys.as_ref().is_some_and(|keys| keys.find(id, algorithm).is_some());
        let outdated = !known || now >= self.fresh_until;
        outdated && self.fetched_at.is_none_or(|fetched| now >= fetched.plus_secs(pause))
    }
}

/// Returns how long a response is fresh according to its headers, in seconds.
fn max_age(cache_control: &str, age: &str) -> u64 {
    let (default, min, max) = MAX_AGE;
    let mut directives =
        cache_control.split(',').map(|directive| directive.trim().to_ascii_lowercase());
    if directives.clone().any(|directive| matches!(&*directive, "no-store" | "no-cache")) {
        return min;
    }
    let max_age = directives.find_map(|directive| {
        directive.strip_prefix("max-age=")?.trim_matches('"').parse::<u64>().ok()
    });
    let age = age.trim().parse().unwrap_or(0);
    max_age.map_or(default, |max_age| max_age.saturating_sub(age)).clamp(min, max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::results::Fetched;

    const URL: &str = "https://login.example.com/jwks";
    /// A coordinate of 32 bytes.
    const POINT: &str = "ya7zati12eU4Xt0sBdWolS4eTPKk1TvE-JYC3DIcgyI";
    const NOW: u64 = 1_795_460_400; // 2026-11-23T19:00:00Z

    /// A source of keys that counts its fetches.
    struct FakeSource {
        cache: KeyCache,
        fetches: u32,
    }

    impl FakeSource {
        fn find(
            &mut self,
            id: &str,
            after: u64,
            result: &EffectResult,
        ) -> Result<(), Option<Denial>> {
            let now = UnixTime::from_secs(NOW + after);
            let mut results = Results::default();
            for _ in 0..2 {
                let key =
                    Find { entry: "login", url: URL, id: Some(id), algorithm: Algorithm::Es256 };
                match self.cache.find(key, &results, now) {
                    Ok(_) => return Ok(()),
                    Err(Blocked::Refused(denial)) => return Err(Some(denial)),
                    Err(Blocked::Pending(effect)) => {
                        self.fetches += 1;
                        results.insert(effect, result.clone());
                    }
                }
            }
            Err(None)
        }
    }

    fn keys(id: &str, cache_control: &str) -> EffectResult {
        let body = format!(
            r#"{{"keys":[{{"kty":"EC","crv":"P-256","kid":"{id}","x":"{POINT}","y":"{POINT}"}}]}}"#
        );
        EffectResult::Fetched(Fetched {
            status: 200,
            body,
            cache_control: cache_control.into(),
            ..Fetched::default()
        })
    }

    fn unavailable(failure: KeysFailure) -> Result<(), Option<Denial>> {
        Err(Some(Denial::KeysUnavailable(Box::new(MissingKeys::new("login", URL, failure)))))
    }

    #[test]
    fn says_how_the_last_fetch_failed_also_while_it_does_not_fetch() {
        let EffectResult::Fetched(good) = keys("a", "") else { panic!("a set") };
        for (result, failure) in [
            (EffectResult::Failed, KeysFailure::Unreachable),
            (
                EffectResult::Fetched(Fetched { status: 404, ..good.clone() }),
                KeysFailure::Status(404),
            ),
            (
                EffectResult::Fetched(Fetched { status: 302, ..good.clone() }),
                KeysFailure::Status(302),
            ),
            (
                EffectResult::Fetched(Fetched { body: "<html>".into(), ..good }),
                KeysFailure::Malformed,
            ),
        ] {
            let mut source = FakeSource { cache: KeyCache::default(), fetches: 0 };
            for after in [0, 4] {
                assert_eq!(source.find("a", after, &result), unavailable(failure));
            }
            assert_eq!(source.fetches, 1);
        }
    }

    fn unpublished() -> Result<(), Option<Denial>> {
        Err(Some(NOT_PUBLISHED))
    }

    #[test]
    fn fetches_again_when_a_set_expires_and_when_keys_rotate() {
        let mut source = FakeSource { cache: KeyCache::default(), fetches: 0 };
        assert_eq!(source.find("old", 0, &keys("old", "max-age=300")), Ok(()));
        assert_eq!(source.find("old", 299, &keys("new", "")), Ok(()));
        assert_eq!(source.fetches, 1);
        assert_eq!(
            source.find("new", 299, &keys("new", "max-age=60")),
            Ok(()),
            "an unknown key is fetched at once"
        );
        assert_eq!(source.fetches, 2);
        assert_eq!(
            source.find("old", 300, &keys("new", "")),
            unpublished(),
            "and not again for 30 s"
        );
        assert_eq!(source.find("old", 328, &keys("new", "")), unpublished());
        assert_eq!(source.fetches, 2);
        assert_eq!(source.find("old", 329, &keys("new", "max-age=60")), unpublished());
        assert_eq!(source.fetches, 3);
        assert_eq!(source.find("new", 389, &keys("new", "")), Ok(()), "the set has expired");
        assert_eq!(source.fetches, 4);
    }

    #[test]
    fn fetches_again_for_a_rotation_right_after_the_first_fetch() {
        let mut source = FakeSource { cache: KeyCache::default(), fetches: 0 };
        assert_eq!(source.find("old", 0, &keys("old", "")), Ok(()));
        assert_eq!(source.find("new", 1, &keys("new", "")), Ok(()));
        assert_eq!(source.find("made-up", 2, &keys("new", "")), unpublished());
        assert_eq!(source.find("made-up", 30, &keys("new", "")), unpublished());
        assert_eq!(source.fetches, 2);
        assert_eq!(source.find("newer", 31, &keys("newer", "")), Ok(()));
    }

    #[test]
    fn uses_the_old_set_while_the_source_is_down() {
        let EffectResult::Fetched(good) = keys("a", "max-age=60") else { panic!("a set") };
        for failure in [
            EffectResult::Failed,
            EffectResult::Fetched(Fetched { status: 500, ..good.clone() }),
            EffectResult::Fetched(Fetched { status: 302, ..good.clone() }),
            EffectResult::Fetched(Fetched { body: "<html>".into(), ..good.clone() }),
            EffectResult::Fetched(Fetched { body: r#"{"keys":[]}"#.into(), ..good.clone() }),
        ] {
            let mut source = FakeSource { cache: KeyCache::default(), fetches: 0 };
            assert_eq!(source.find("a", 0, &keys("a", "max-age=60")), Ok(()));
            for after in [60, 61, 89, 90, 7_200] {
                assert_eq!(source.find("a", after, &failure), Ok(()), "{after} s later");
            }
            assert_eq!(source.fetches, 4, "the first, at 60 s, at 90 s and at 2 h");
            assert_eq!(
                source.find("a", 7_230, &keys("b", "")),
                unpublished(),
                "it is back, with another key"
            );
        }
    }

    #[test]
    fn a_set_of_unusable_keys_replaces_the_old_set() {
        let mut source = FakeSource { cache: KeyCache::default(), fetches: 0 };
        assert_eq!(source.find("a", 0, &keys("a", "max-age=60")), Ok(()));
        let EffectResult::Fetched(weak) = keys("a", "") else { panic!("a set") };
        let body = weak.body.replace("P-256", "P-384");
        let weak = EffectResult::Fetched(Fetched { body, ..weak });
        assert_eq!(source.find("a", 60, &weak), unpublished(), "the issuer withdrew its key");
    }

    #[test]
    fn uses_an_expired_set_for_a_day_and_no_longer() {
        let mut source = FakeSource { cache: KeyCache::default(), fetches: 0 };
        assert_eq!(source.find("a", 0, &keys("a", "max-age=60")), Ok(()));
        let end = 60 + 86_400;
        assert_eq!(source.find("a", end - 1, &EffectResult::Failed), Ok(()));
        for after in [end, end + 3_600] {
            let found = source.find("a", after, &EffectResult::Failed);
            assert_eq!(found, unavailable(KeysFailure::Unreachable), "{after} s later");
        }
        let fetches = source.fetches;
        assert_eq!(
            source.find("a", end + 3_604, &keys("a", "")),
            unavailable(KeysFailure::Unreachable)
        );
        assert_eq!(source.fetches, fetches, "not fetched again within 5 s");
        assert_eq!(source.find("a", end + 3_605, &keys("a", "")), Ok(()), "it is back");
    }

    #[test]
    fn without_a_set_nobody_is_accepted_and_fetches_are_limited() {
        let mut source = FakeSource { cache: KeyCache::default(), fetches: 0 };
        for after in [0, 1, 4] {
            assert_eq!(
                source.find("a", after, &EffectResult::Failed),
                unavailable(KeysFailure::Unreachable)
            );
        }
        assert_eq!(source.fetches, 1);
        assert_eq!(source.find("a", 5, &keys("a", "")), Ok(()));
    }

    #[test]
    fn reads_how_long_a_set_is_fresh() {
        for (cache_control, age, secs) in [
            ("", "", 600),
            ("max-age=3600", "", 3_600),
            ("public, Max-Age=3600, must-revalidate", "600", 3_000),
            ("max-age=10", "", 30),
            ("max-age=60", "9999", 30),
            ("max-age=99999999", "", 86_400),
            ("no-store, max-age=3600", "", 30),
            ("max-age=soon", "x", 600),
        ] {
            assert_eq!(max_age(cache_control, age), secs, "{cache_control}");
        }
    }
}
