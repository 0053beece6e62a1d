//! What only the platform can do, as values: asked for, done by the shell, and answered.

use core::fmt;

use alloc::collections::BTreeMap;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Denial;

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
        f.write_str(match self {
            Self::Fetch { .. } => "Fetch(..)",
            Self::Verify { .. } => "Verify(..)",
            Self::Limit { .. } => "Limit(..)",
        })
    }
}

/// What the shell found.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// The answer to a fetch.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Fetched {
    /// The HTTP status.
    pub status: u16,
    /// `Cache-Control`
    #[serde(default)]
    pub cache_control: String,
    /// `Age`
    #[serde(default)]
    pub age: String,
    /// The body.
    pub body: String,
}

/// What the shell has found out for one request so far, by [`Need::id`].
#[derive(Clone, Debug, Default)]
pub struct Facts(BTreeMap<String, Outcome>);

impl Facts {
    /// Nothing yet.
    pub const NONE: &'static Self = &Self(BTreeMap::new());

    /// Reads `{"<id>": <outcome>, ...}`, what the shell was handed and hands back.
    #[must_use]
    pub fn from_json(json: &str) -> Self {
        Self(serde_json::from_str(json).unwrap_or_default())
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

/// Why there is no decision, or none yet.
#[derive(Debug)]
pub enum Stop {
    /// Refused.
    Denied(Denial),
    /// Ask again once this is done.
    Need(Need),
}

impl From<Denial> for Stop {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}
