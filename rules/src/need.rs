//! What only the platform can do, as values: asked for, done by the shell, and answered.

use core::fmt;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use litemap::LiteMap;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{Stop, strict_json};

/// Something that the shell does before the same request is asked again.
#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Need {
    /// Fetch a URL: a GET, or a POST of this form. Redirects are not followed.
    Fetch {
        /// Where; of the configuration, never of the request.
        url: String,
        /// The form's body, `application/x-www-form-urlencoded`.
        #[serde(skip_serializing_if = "Option::is_none")]
        form: Option<String>,
        /// How long it may take, in milliseconds.
        deadline_ms: u32,
        /// Longest body taken, in bytes.
        max_bytes: u32,
    },
    /// Verify a signature, which the platform's own cryptography does.
    Verify {
        /// `RS256`, `PS256`, `ES256` or `EdDSA`.
        algorithm: &'static str,
        /// The public key, as JSON.
        jwk: String,
        /// What was signed.
        data: String,
        /// The signature, base64url.
        signature: String,
    },
    /// Send a request to a bucket, as it is: signed in its headers.
    Store {
        /// Which of this request's, from 0 on.
        #[serde(skip)]
        nth: u16,
        /// `POST`, `GET` or `DELETE`.
        method: &'static str,
        /// Where; of the configuration, but for the object's key.
        url: String,
        /// Names and values, the signature among them.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
        /// Comes back with the answer: what this round knows, and another would not.
        memo: String,
        /// How long it may take, in milliseconds.
        deadline_ms: u16,
        /// Longest answer taken, in bytes.
        max_bytes: u32,
    },
    /// Count one more against a rate limit.
    Limit {
        /// The name of the binding.
        binding: String,
        /// Whom it counts against.
        key: String,
    },
}

impl Need {
    /// Tells this need from every other: an answer is good for the very question it answers, and for no other.
    #[must_use]
    pub fn id(&self) -> String {
        // It is signed anew in each round, so its text says nothing; its place among the request's does.
        if let Self::Store { nth, .. } = self {
            return format!("store{nth}");
        }
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(self.to_json()))
    }

    /// What the shell is told.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it does not")]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are JSON")
    }
}

/// A need can hold a token and a secret.
impl fmt::Debug for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Need(..)")
    }
}

/// What the shell found.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It could not be done: no connection, no answer in time, no such binding.
    Failed,
    /// Yes: the signature is good, the limit is not reached.
    Yes,
    /// No.
    No,
    /// What a fetch brought.
    Fetched(Fetched),
}

impl Outcome {
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

/// What the shell has found out for one request so far, by [`Need::id`].
#[derive(Clone, Debug, Default)]
pub struct Facts(LiteMap<String, Outcome>);

impl Facts {
    /// Nothing yet.
    pub const NONE: &'static Self = &Self(LiteMap::new());

    /// Reads `{"<id>": <outcome>, ...}`, what the shell was handed and hands back.
    #[must_use]
    pub fn from_json(json: &str) -> Self {
        let found = strict_json::object(json.as_bytes()).unwrap_or_default();
        let mut facts = Self::default();
        for (id, outcome) in &found {
            if let Some(outcome) = Outcome::read(outcome) {
                facts.0.insert(id.clone(), outcome);
            }
        }
        facts
    }

    /// Adds what was found for a need.
    pub fn insert(&mut self, need: &Need, outcome: Outcome) {
        self.0.insert(need.id(), outcome);
    }

    /// What was found, or the need itself, to be met first.
    pub(crate) fn require(&self, need: Need) -> Result<&Outcome, Stop> {
        self.0.get(&need.id()).ok_or(Stop::Need(need))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(binding: &str, key: &str) -> Need {
        Need::Limit { binding: binding.into(), key: key.into() }
    }

    #[test]
    fn a_fact_answers_the_very_question_and_no_other() {
        let mut facts = Facts::default();
        facts.insert(&limit("a.b", "c"), Outcome::Yes);
        assert!(matches!(facts.require(limit("a.b", "c")), Ok(Outcome::Yes)));
        for other in [limit("a.b", "d"), limit("a.x", "c"), limit("a.bc", "")] {
            assert!(matches!(facts.require(other), Err(Stop::Need(_))));
        }
    }

    #[test]
    fn reads_what_the_shell_hands_back_and_nothing_from_nonsense() {
        let id = limit("a.b", "c").id();
        let facts = |outcome: &str| Facts::from_json(&format!(r#"{{"{id}":{outcome}}}"#));
        assert!(matches!(facts(r#""no""#).require(limit("a.b", "c")), Ok(Outcome::No)));
        let fetched = facts(r#"{"fetched":{"status":200,"cache_control":"","age":"","body":""}}"#);
        assert!(matches!(fetched.require(limit("a.b", "c")), Ok(Outcome::Fetched(_))));
        for nonsense in ["true", r#""maybe""#, "[", "null"] {
            assert!(facts(nonsense).require(limit("a.b", "c")).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_need_shows_nothing_of_what_it_holds() {
        assert_eq!(format!("{:?}", limit("A", "somebody")), "Need(..)");
    }
}
