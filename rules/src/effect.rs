//! Effects: what only the platform can do, as values that the shell performs.

pub(crate) mod blocked;
pub(crate) mod results;

use core::fmt;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Something that the shell does before the same request is asked again.
#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Effect {
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
    BucketRequest {
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

impl Effect {
    /// Tells this need from every other: an answer is good for the very question it answers, and for no other.
    #[must_use]
    pub fn id(&self) -> String {
        // It is signed anew in each round, so its text says nothing; its place among the request's does.
        if let Self::BucketRequest { nth, .. } = self {
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
impl fmt::Debug for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Effect(..)")
    }
}
