//! Key sets by URL: how long each is good, and when to fetch it again.

use litemap::LiteMap;
use signer::UnixTime;

use super::algorithm::Algorithm;
use super::jwk::{Jwk, KeySet};
use crate::denial::refused;
use crate::{Blocked, Denial};
use crate::{Effect, EffectResult, Results};

/// Least time between two fetches of a set because of an unknown key or a failure, in seconds.
const PAUSE: u64 = 30;

/// The same while there is no set at all: nobody gets in, so it is worth trying sooner.
const PAUSE_WITHOUT_SET: u64 = 5;

/// How long a set is good: if its source does not say, at least, at most. In seconds.
const MAX_AGE: (u64, u64, u64) = (600, PAUSE, 86_400);

/// How long a set serves on past its age while its source is down, in seconds: a day. Then a key that was withdrawn in the
/// meantime counts for more than the site's being up.
const MAX_STALE: u64 = 86_400;

const DEADLINE_MS: u32 = 2_000;
const MAX_BYTES: u32 = 262_144;

/// What is known of the key sets of all issuers; lives as long as the instance, and may be forgotten at any time.
#[derive(Debug, Default)]
pub struct KeyCache(LiteMap<String, Source>);

#[derive(Debug)]
struct Source {
    keys: Option<KeySet>,
    fresh_until: UnixTime,
    asked_at: Option<UnixTime>,
}

impl KeyCache {
    /// The key that verifies, of the set at `url`.
    ///
    /// A set is fetched when there is none, when its age is over, and for a key that it does not have. A set that
    /// cannot be renewed serves on for a day: an issuer that is down must not take its own site down at once.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] for a fetch, [`Denial::TokenRefused`] if the set has no such key, [`Denial::KeysUnavailable`] if there
    /// is no set, or only one that is too old.
    pub(crate) fn find(
        &mut self,
        url: &str,
        id: Option<&str>,
        algorithm: Algorithm,
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
            let outcome = results.require(fetch)?;
            self.learn(url, outcome, now);
        }
        let keys = self.0.get(url).and_then(|source| source.usable(now));
        let keys = keys.ok_or(Denial::KeysUnavailable)?;
        let key = keys.find(id, algorithm).cloned();
        key.ok_or(refused("is signed with a key that its issuer does not publish").into())
    }

    fn learn(&mut self, url: &str, outcome: &EffectResult, now: UnixTime) {
        let fetched = match outcome {
            EffectResult::Fetched(fetched) if fetched.status == 200 => Some(fetched),
            _ => None,
        };
        let new = fetched.and_then(|fetched| {
            Some((
                KeySet::parse(fetched.body.as_bytes())?,
                max_age(&fetched.cache_control, &fetched.age),
            ))
        });
        let first = Source { keys: None, fresh_until: now, asked_at: None };
        let source = self.0.entry(url.into()).or_insert(first);
        // The first set does not count: its issuer may have rotated its keys a ambient later.
        source.asked_at = if source.keys.is_none() && new.is_some() { None } else { Some(now) };
        if let Some((keys, max_age)) = new {
            source.keys = Some(keys);
            source.fresh_until = now.plus_secs(max_age);
        }
    }
}

impl Source {
    /// The set, unless it is too old even for bad times.
    fn usable(&self, now: UnixTime) -> Option<&KeySet> {
        self.keys.as_ref().filter(|_| now < self.fresh_until.plus_secs(MAX_STALE))
    }

    /// Whether it is worth asking: for a first set, for a new one, or for a key that the set lacks.
    fn is_due(&self, id: Option<&str>, algorithm: Algorithm, now: UnixTime) -> bool {
        let pause = if self.usable(now).is_some() { PAUSE } else { PAUSE_WITHOUT_SET };
        let known = self.keys.as_ref().is_some_and(|keys| keys.find(id, algorithm).is_some());
        let wanted = !known || now >= self.fresh_until;
        wanted && self.asked_at.is_none_or(|asked| now >= asked.plus_secs(pause))
    }
}

/// How much longer an answer is good, by its headers.
fn max_age(cache_control: &str, age: &str) -> u64 {
    let (usual, least, most) = MAX_AGE;
    let mut directives =
        cache_control.split(',').map(|directive| directive.trim().to_ascii_lowercase());
    if directives.clone().any(|directive| matches!(&*directive, "no-store" | "no-cache")) {
        return least;
    }
    let said = directives.find_map(|directive| {
        directive.strip_prefix("max-age=")?.trim_matches('"').parse::<u64>().ok()
    });
    let age = age.trim().parse().unwrap_or(0);
    said.map_or(usual, |said| said.saturating_sub(age)).clamp(least, most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fetched;

    const URL: &str = "https://login.example.com/jwks";
    const NOW: u64 = 1_795_460_400; // 2026-11-23T19:00:00Z

    /// A source that answers as it is told, and counts how often it is asked.
    struct Double {
        cache: KeyCache,
        fetches: u32,
    }

    impl Double {
        fn ask(
            &mut self,
            id: &str,
            after: u64,
            answer: &EffectResult,
        ) -> Result<(), Option<Denial>> {
            let now = UnixTime::from_secs(NOW + after);
            let mut results = Results::default();
            for _ in 0..2 {
                match self.cache.find(URL, Some(id), Algorithm::Es256, &results, now) {
                    Ok(_) => return Ok(()),
                    Err(Blocked::Refused(denial)) => return Err(Some(denial)),
                    Err(Blocked::Pending(need)) => {
                        self.fetches += 1;
                        results.insert(&need, answer.clone());
                    }
                }
            }
            Err(None)
        }
    }

    fn keys(id: &str, cache_control: &str) -> EffectResult {
        let body =
            format!(r#"{{"keys":[{{"kty":"EC","crv":"P-256","kid":"{id}","x":"","y":""}}]}}"#);
        EffectResult::Fetched(Fetched {
            memo: String::new(),
            status: 200,
            body,
            cache_control: cache_control.into(),
            age: String::new(),
        })
    }

    fn unpublished() -> Result<(), Option<Denial>> {
        Err(Some(refused("is signed with a key that its issuer does not publish")))
    }

    #[test]
    fn honours_the_age_and_follows_a_rotation() {
        let mut source = Double { cache: KeyCache::default(), fetches: 0 };
        assert_eq!(source.ask("old", 0, &keys("old", "max-age=300")), Ok(()));
        assert_eq!(source.ask("old", 299, &keys("new", "")), Ok(()));
        assert_eq!(source.fetches, 1);
        assert_eq!(
            source.ask("new", 299, &keys("new", "max-age=60")),
            Ok(()),
            "an unknown key is looked for at once"
        );
        assert_eq!(source.fetches, 2);
        assert_eq!(
            source.ask("old", 300, &keys("new", "")),
            unpublished(),
            "and not again for 30 s"
        );
        assert_eq!(source.ask("old", 328, &keys("new", "")), unpublished());
        assert_eq!(source.fetches, 2);
        assert_eq!(source.ask("old", 329, &keys("new", "max-age=60")), unpublished());
        assert_eq!(source.fetches, 3);
        assert_eq!(source.ask("new", 389, &keys("new", "")), Ok(()), "its age is over");
        assert_eq!(source.fetches, 4);
    }

    #[test]
    fn follows_a_rotation_right_after_the_first_fetch() {
        let mut source = Double { cache: KeyCache::default(), fetches: 0 };
        assert_eq!(source.ask("old", 0, &keys("old", "")), Ok(()));
        assert_eq!(source.ask("new", 1, &keys("new", "")), Ok(()));
        assert_eq!(source.ask("made-up", 2, &keys("new", "")), unpublished());
        assert_eq!(source.ask("made-up", 30, &keys("new", "")), unpublished());
        assert_eq!(source.fetches, 2);
        assert_eq!(source.ask("newer", 31, &keys("newer", "")), Ok(()));
    }

    #[test]
    fn serves_the_old_set_while_the_source_is_down() {
        let EffectResult::Fetched(good) = keys("a", "max-age=60") else { panic!("a set") };
        for failure in [
            EffectResult::Failed,
            EffectResult::Fetched(Fetched { status: 500, ..good.clone() }),
            EffectResult::Fetched(Fetched { status: 302, ..good.clone() }),
            EffectResult::Fetched(Fetched { body: "<html>".into(), ..good.clone() }),
            EffectResult::Fetched(Fetched { body: r#"{"keys":[]}"#.into(), ..good.clone() }),
        ] {
            let mut source = Double { cache: KeyCache::default(), fetches: 0 };
            assert_eq!(source.ask("a", 0, &keys("a", "max-age=60")), Ok(()));
            for after in [60, 61, 89, 90, 7_200] {
                assert_eq!(source.ask("a", after, &failure), Ok(()), "{after} s later");
            }
            assert_eq!(source.fetches, 4, "the first, at 60 s, at 90 s and at 2 h");
            assert_eq!(
                source.ask("a", 7_230, &keys("b", "")),
                unpublished(),
                "it is back, with another key"
            );
        }
    }

    #[test]
    fn serves_an_old_set_for_a_day_past_its_age_and_no_longer() {
        let mut source = Double { cache: KeyCache::default(), fetches: 0 };
        assert_eq!(source.ask("a", 0, &keys("a", "max-age=60")), Ok(()));
        let end = 60 + 86_400;
        assert_eq!(source.ask("a", end - 1, &EffectResult::Failed), Ok(()));
        for after in [end, end + 3_600] {
            let asked = source.ask("a", after, &EffectResult::Failed);
            assert_eq!(asked, Err(Some(Denial::KeysUnavailable)), "{after} s later");
        }
        let fetches = source.fetches;
        assert_eq!(
            source.ask("a", end + 3_604, &keys("a", "")),
            Err(Some(Denial::KeysUnavailable))
        );
        assert_eq!(source.fetches, fetches, "not asked again within 5 s");
        assert_eq!(source.ask("a", end + 3_605, &keys("a", "")), Ok(()), "it is back");
    }

    #[test]
    fn without_any_set_nobody_gets_in_and_the_source_is_not_hammered() {
        let mut source = Double { cache: KeyCache::default(), fetches: 0 };
        for after in [0, 1, 4] {
            assert_eq!(
                source.ask("a", after, &EffectResult::Failed),
                Err(Some(Denial::KeysUnavailable))
            );
        }
        assert_eq!(source.fetches, 1);
        assert_eq!(source.ask("a", 5, &keys("a", "")), Ok(()));
    }

    #[test]
    fn reads_how_long_a_set_is_good() {
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
