//! Results of effects, for one request.

use core::fmt;

use litemap::LiteMap;
use serde_json::Value;

use super::Effect;
use super::blocked::Blocked;
use crate::{Denial, strict_json};

/// What the shell found.
#[derive(Clone, Debug)]
pub enum EffectResult {
    /// It could not be done: no connection, no answer in time, no such binding.
    Failed,
    /// Yes: the signature is good, the limit is not reached.
    Yes,
    /// No.
    No,
    /// What a fetch brought.
    Fetched(Fetched),
}

impl EffectResult {
    /// Reads what the shell says, of the values that `serde_json` reads anyway: a reader of its own would be 3 KB.
    fn read(value: &Value) -> Option<Self> {
        match (value.as_str(), value.get("fetched")) {
            (Some("failed"), _) => Some(Self::Failed),
            (Some("yes"), _) => Some(Self::Yes),
            (Some("no"), _) => Some(Self::No),
            (_, Some(fetched)) => Fetched::read(fetched).map(Self::Fetched),
            _ => None,
        }
    }
}

/// The answer to a fetch.
#[derive(Clone, Default)]
pub struct Fetched {
    /// The HTTP status.
    pub status: u16,
    /// `Cache-Control`
    pub cache_control: String,
    /// `Age`
    pub age: String,
    /// The body.
    pub body: String,
    /// What the need said to remember.
    pub memo: String,
}

impl Fetched {
    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            status: value.get("status")?.as_u64()?.try_into().ok()?,
            cache_control: text("cache_control").unwrap_or_default(),
            age: text("age").unwrap_or_default(),
            body: text("body")?,
            memo: text("memo").unwrap_or_default(),
        })
    }
}

/// The body and the memo can hold an upload's id and its key, so neither is shown.
impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetched").field("status", &self.status).finish_non_exhaustive()
    }
}

/// What the shell has found out for one request so far, by [`Effect::id`].
#[derive(Clone, Debug, Default)]
pub struct Results(LiteMap<String, EffectResult>);

impl Results {
    /// Nothing yet.
    pub const NONE: &'static Self = &Self(LiteMap::new());

    /// Reads `{"<id>": <outcome>, ...}`, what the shell was handed and hands back.
    #[must_use]
    pub fn from_json(json: &str) -> Self {
        let found = strict_json::object(json.as_bytes()).unwrap_or_default();
        let mut results = Self::default();
        for (id, outcome) in &found {
            if let Some(outcome) = EffectResult::read(outcome) {
                results.0.insert(id.clone(), outcome);
            }
        }
        results
    }

    /// Adds what was found for a need.
    pub fn insert(&mut self, need: &Effect, outcome: EffectResult) {
        self.0.insert(need.id(), outcome);
    }

    /// What was found, or the need itself, to be met first.
    pub(crate) fn require(&self, need: Effect) -> Result<&EffectResult, Blocked<Denial>> {
        self.0.get(&need.id()).ok_or(Blocked::Pending(need))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(binding: &str, key: &str) -> Effect {
        Effect::Limit { binding: binding.into(), key: key.into() }
    }

    #[test]
    fn a_fact_answers_the_very_question_and_no_other() {
        let mut results = Results::default();
        results.insert(&limit("a.b", "c"), EffectResult::Yes);
        assert!(matches!(results.require(limit("a.b", "c")), Ok(EffectResult::Yes)));
        for other in [limit("a.b", "d"), limit("a.x", "c"), limit("a.bc", "")] {
            assert!(matches!(results.require(other), Err(Blocked::Pending(_))));
        }
    }

    #[test]
    fn reads_what_the_shell_hands_back_and_nothing_from_nonsense() {
        let id = limit("a.b", "c").id();
        let results = |outcome: &str| Results::from_json(&format!(r#"{{"{id}":{outcome}}}"#));
        assert!(matches!(results(r#""no""#).require(limit("a.b", "c")), Ok(EffectResult::No)));
        let fetched =
            results(r#"{"fetched":{"status":200,"cache_control":"","age":"","body":""}}"#);
        assert!(matches!(fetched.require(limit("a.b", "c")), Ok(EffectResult::Fetched(_))));
        for nonsense in ["true", r#""maybe""#, "[", "null"] {
            assert!(results(nonsense).require(limit("a.b", "c")).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_need_shows_nothing_of_what_it_holds() {
        assert_eq!(format!("{:?}", limit("A", "somebody")), "Effect(..)");
    }
}
