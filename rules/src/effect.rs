//! Effects: operations that only the platform can perform, as values.

pub(crate) mod blocked;
pub(crate) mod results;

use core::fmt;

use signer::UnixTime;
use zeroize::Zeroizing;

use crate::state::StateChange;

/// An operation that the shell performs before it answers the same request again.
#[derive(Eq, PartialEq)]
pub enum Effect {
    /// Fetch a URL: a GET, or a POST of this form. Redirects are not followed.
    Fetch {
        /// The URL, from the configuration and never from the request.
        url: String,
        /// The form's body, `application/x-www-form-urlencoded`. It contains the secret of a challenge.
        form: Option<Zeroizing<String>>,
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
        /// The signed data: a token without its signature.
        data: Zeroizing<String>,
        /// The signature, base64url.
        signature: Zeroizing<String>,
    },
    /// Send a request to a bucket. Its headers are already signed.
    BucketRequest {
        /// Its number among the bucket requests of one incoming request, from 0.
        nth: u16,
        /// `POST`, `GET`, `HEAD` or `DELETE`. Of the answer to a HEAD, the headers are read.
        method: &'static str,
        /// The URL: the bucket's, from the configuration, with the object's key and S3's parameters.
        url: String,
        /// Names and values of the headers, including the signature.
        headers: Vec<(String, String)>,
        /// The body.
        body: String,
        /// Returned unchanged with the response. It holds what the next call cannot compute again, such as a random key.
        memo: String,
        /// Time limit, in milliseconds.
        deadline_ms: u16,
        /// Largest response body accepted, in bytes.
        max_bytes: u32,
    },
    /// Ask a security token service for credentials.
    RequestCredentials(Box<CredentialsRequest>),
    /// Sign with a private key of the issuer.
    Sign {
        /// `RS256`, `ES256` or `EdDSA`.
        algorithm: &'static str,
        /// The private key, as JSON.
        jwk: Zeroizing<String>,
        /// What to sign: a token without its signature.
        data: Zeroizing<String>,
    },
    /// Ask a bucket that is bound to the Worker for an object's headers.
    HeadObject {
        /// The name of the binding.
        binding: String,
        /// The object's key.
        key: String,
    },
    /// Delete an object of a bucket that is bound to the Worker.
    DeleteObject {
        /// The name of the binding.
        binding: String,
        /// The object's key.
        key: String,
    },
    /// Read all headers of the incoming request, which most requests are answered without.
    ReadHeaders,
    /// Ask the Worker that mounts Signpost, or calls it through a service binding, who sent the request.
    NameCaller,
    /// Change what objects of the class `SignpostState` keep.
    ChangeState {
        /// Its number among the changes of one incoming request, from 0.
        nth: u8,
        /// The commands, at most 100, to different objects: the platform performs them at the same time.
        changes: Vec<StateChange>,
        /// What the next call cannot compute again, such as random ids. The objects do not get it.
        memo: String,
    },
    /// Ask what the clocks of a time zone show more than UTC.
    UtcOffset {
        /// The zone's name in the IANA time zone database, such as `Europe/Berlin`.
        zone: String,
        /// When: offsets change with daylight saving time.
        at: UnixTime,
    },
    /// Count against a rate limit.
    Limit {
        /// The name of the binding.
        binding: String,
        /// What is counted: a rule with a caller or a network.
        key: String,
        /// How often, at least once: for a request, or for each file of one.
        count: u8,
    },
}

/// A request for temporary credentials: signed, or with a token. Requests with the same `id` share one answer.
#[derive(Clone, Eq, PartialEq)]
pub struct CredentialsRequest {
    /// The name in `BUCKETS` of the bucket that they are for.
    pub bucket: String,
    /// Who gets the credentials.
    pub holder: Holder,
    /// All that determines the answer. The signature and the token do not.
    pub id: String,
    /// The URL, from the configuration.
    pub url: String,
    /// Names and values of the headers, including the signature.
    pub headers: Vec<(String, String)>,
    /// The form, to which the shell adds the token.
    pub body: String,
    /// The token to sign first; `None` if the request itself is signed.
    pub token: Option<UnsignedToken>,
    /// Whether the incoming request waits for the answer.
    pub timing: Timing,
    /// Time limit, in milliseconds.
    pub deadline_ms: u32,
    /// Largest response body accepted, in bytes.
    pub max_bytes: u32,
}

/// Who gets the credentials that are requested.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Holder {
    /// The Worker, which signs with them and keeps them.
    Worker,
    /// A caller. The Worker does not keep them.
    Caller,
}

/// A token without its signature, and the key to sign it with.
#[derive(Clone, Eq, PartialEq)]
pub struct UnsignedToken {
    /// `RS256` or `ES256`.
    pub algorithm: &'static str,
    /// The private key, as JSON.
    pub jwk: Zeroizing<String>,
    /// What to sign.
    pub data: Zeroizing<String>,
}

/// Shows nothing, since it contains a private key.
impl fmt::Debug for UnsignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnsignedToken(..)")
    }
}

/// When a result is needed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Timing {
    /// Before the incoming request is answered.
    Now,
    /// Later: the effect only begins, and its result is `Yes`.
    InBackground,
}

/// Shows only the bucket's name, since the headers have a signature.
impl fmt::Debug for CredentialsRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsRequest").field("bucket", &self.bucket).finish_non_exhaustive()
    }
}

impl Effect {
    /// Returns whether a result of `other` is a result of this effect.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            // Each call signs the request anew, so only the number identifies it.
            (Self::BucketRequest { nth, .. }, Self::BucketRequest { nth: other_nth, .. }) => {
                nth == other_nth
            }
            (Self::RequestCredentials(request), Self::RequestCredentials(other)) => {
                // One incoming request gets credentials for its caller once. Their life can be shorter in each call.
                let is_for_caller = request.holder == Holder::Caller;
                (request.holder, request.timing) == (other.holder, other.timing)
                    && (is_for_caller || request.id == other.id)
            }
            // Each call makes other random tokens.
            (Self::ChangeState { nth, .. }, Self::ChangeState { nth: other_nth, .. }) => {
                nth == other_nth
            }
            // Each call makes another token, with the time of that call. A request gets one.
            (Self::Sign { jwk, .. }, Self::Sign { jwk: other_jwk, .. }) => jwk == other_jwk,
            _ => self == other,
        }
    }
}

/// Shows nothing, since an effect can contain a token or a secret.
impl fmt::Debug for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Effect(..)")
    }
}
