//! Effects: operations that only the platform can perform, as values.

pub(crate) mod blocked;
pub(crate) mod results;

use core::fmt;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// An operation that the shell performs before it answers the same request again.
#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Effect {
    /// Fetch a URL: a GET, or a POST of this form. Redirects are not followed.
    Fetch {
        /// The URL, from the configuration and never from the request.
        url: String,
        /// The form's body, `application/x-www-form-urlencoded`.
        #[serde(skip_serializing_if = "Option::is_none")]
        form: Option<String>,
        /// Time limit, in milliseconds.
        deadline_ms: u32,
        /// Largest response body accepted, in bytes.
        max_bytes: u32,
    },
    /// Verify a signature with the platform's cryptography.
    Verify {
        /// `RS256`, `PS256`, `ES256` or `EdDSA`.
        algorithm: &'static str,
        /// The public key, as JSON.
        jwk: String,
        /// The signed data.
        data: String,
        /// The signature, base64url.
        signature: String,
    },
    /// Send a request to a bucket. Its headers are already signed.
    BucketRequest {
        /// Its number among the bucket requests of one incoming request, from 0.
        #[serde(skip)]
        nth: u16,
        /// `POST`, `GET` or `DELETE`.
        method: &'static str,
        /// The URL; all of it but the object's key is from the configuration.
        url: String,
        /// Names and values of the headers, including the signature.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
        /// Returned with the response: what only this round knows, such as a random key.
        memo: String,
        /// Time limit, in milliseconds.
        deadline_ms: u16,
        /// Largest response body accepted, in bytes.
        max_bytes: u32,
    },
    /// Count one request against a rate limit.
    Limit {
        /// The name of the binding.
        binding: String,
        /// The key that it counts against: a rule, and a caller or a network.
        key: String,
    },
}

impl Effect {
    /// Identifies the effect by its content, so that a result is never used for another effect.
    #[must_use]
    pub fn id(&self) -> String {
        // The signature in it changes with each round, so its content is no identity; its number is.
        if let Self::BucketRequest { nth, .. } = self {
            return format!("store{nth}");
        }
        BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(self.to_json()))
    }

    /// The effect as JSON, for the shell.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it does not")]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers are JSON")
    }
}

/// Shows nothing, since an effect can contain a token or a secret.
impl fmt::Debug for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Effect(..)")
    }
}
