//! Results of effects, for one request.

use alloc::collections::BTreeMap;
use core::fmt;

use litemap::LiteMap;
use serde::Deserialize;

use super::Effect;
use super::blocked::Blocked;
use crate::denial::Denial;

/// The result of one effect.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectResult {
    /// The effect failed: no connection, no answer in time, no such binding.
    Failed,
    /// The signature is valid, or the limit is not reached.
    Yes,
    /// The signature is invalid, or the limit is reached.
    No,
    /// The answer to a fetch or to a request to a bucket.
    Fetched(Fetched),
}

/// An HTTP answer.
#[derive(Clone, Default, Deserialize)]
pub struct Fetched {
    /// The status.
    pub status: u16,
    /// The header `Cache-Control`; empty if there is none.
    #[serde(default)]
    pub cache_control: String,
    /// The header `Age`; empty if there is none.
    #[serde(default)]
    pub age: String,
    /// The body.
    pub body: String,
    /// The `memo` of the effect, unchanged.
    #[serde(default)]
    pub memo: String,
}

/// Omits the body and the memo, which can hold the id and the key of an upload.
impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetched").field("status", &self.status).finish_non_exhaustive()
    }
}

/// The results of the effects performed for one request so far, by [`Effect::id`].
#[derive(Clone, Debug, Default)]
pub struct Results(LiteMap<String, EffectResult>);

impl Results {
    /// No results.
    pub const NONE: &'static Self = &Self(LiteMap::new());

    /// Reads `{"<id>": <result>, ...}`; anything else counts as no results.
    #[must_use]
    pub fn from_json(json: &str) -> Self {
        let results: BTreeMap<String, EffectResult> =
            serde_json::from_str(json).unwrap_or_default();
        Self(results.into_iter().collect())
    }

    /// Adds the result of an effect.
    pub fn insert(&mut self, effect: &Effect, result: EffectResult) {
        self.0.insert(effect.id(), result);
    }

    /// The result of an effect, or the effect itself as what must be performed first.
    pub(crate) fn require(&self, effect: Effect) -> Result<&EffectResult, Blocked<Denial>> {
        self.0.get(&effect.id()).ok_or(Blocked::Pending(effect))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(binding: &str, key: &str) -> Effect {
        Effect::Limit { binding: binding.into(), key: key.into() }
    }

    #[test]
    fn a_result_belongs_to_its_effect_and_to_no_other() {
        let mut results = Results::default();
        results.insert(&limit("a.b", "c"), EffectResult::Yes);
        assert!(matches!(results.require(limit("a.b", "c")), Ok(EffectResult::Yes)));
        for other in [limit("a.b", "d"), limit("a.x", "c"), limit("a.bc", "")] {
            assert!(matches!(results.require(other), Err(Blocked::Pending(_))));
        }
    }

    #[test]
    fn reads_what_the_shell_hands_back_and_nothing_else() {
        let id = limit("a.b", "c").id();
        let results = |result: &str| Results::from_json(&format!(r#"{{"{id}":{result}}}"#));
        assert!(matches!(results(r#""no""#).require(limit("a.b", "c")), Ok(EffectResult::No)));
        let fetched =
            results(r#"{"fetched":{"status":200,"cache_control":"","age":"","body":""}}"#);
        assert!(matches!(fetched.require(limit("a.b", "c")), Ok(EffectResult::Fetched(_))));
        for nonsense in ["true", r#""maybe""#, "[", "null"] {
            assert!(results(nonsense).require(limit("a.b", "c")).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_an_effect() {
        assert_eq!(format!("{:?}", limit("A", "somebody")), "Effect(..)");
    }
}
