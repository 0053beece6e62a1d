//! Results of effects, for one request.

use core::fmt;

use zeroize::Zeroizing;

use super::Effect;
use super::blocked::Blocked;
use crate::callers::named_caller::NamedCaller;
use crate::denial::Denial;
use crate::state::{StateAnswer, StateChange};
use crate::upload::confirm::ObjectHead;

/// The result of one effect.
#[derive(Clone, Debug)]
pub enum EffectResult {
    /// The effect failed: no connection, no answer in time, no such binding.
    Failed,
    /// The signature is valid, the limit is not reached, or the object is deleted.
    Yes,
    /// The signature is invalid, the limit is reached, or nobody is known to have sent the request.
    No,
    /// What a bound bucket says about an object; `None` if it has none with this key.
    Head(Option<ObjectHead>),
    /// The token that was signed.
    Signed(SignedToken),
    /// The answer to a fetch or to a request to a bucket.
    Fetched(Fetched),
    /// Some of what was counted is within the limit: this many.
    Within(u8),
    /// The answers of objects, one for each change.
    Changed(Vec<StateAnswer>),
    /// The class of the objects is not bound.
    NotBound,
    /// What the clocks of a time zone show more than UTC: a text that ends in an offset such as `GMT+05:30`.
    UtcOffset(String),
    /// Who sent the request.
    Named(NamedCaller),
    /// All headers of the incoming request, names in lower case.
    Headers(RequestHeaders),
}

/// All headers of a request. They can hold a token, so `Debug` shows none.
#[derive(Clone, Default)]
pub struct RequestHeaders(Vec<(String, String)>);

impl RequestHeaders {
    /// No headers.
    pub const NONE: &'static Self = &Self(Vec::new());

    /// Takes the names, in lower case, and the values.
    #[must_use]
    pub const fn new(headers: Vec<(String, String)>) -> Self {
        Self(headers)
    }

    /// Returns the value of a header; `name` is in lower case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(header, _)| *header == name).map(|(_, value)| value)
    }

    /// Returns the names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Shows no header.
impl fmt::Debug for RequestHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestHeaders(..)")
    }
}

/// A token that the platform signed.
#[derive(Clone)]
pub struct SignedToken(Zeroizing<String>);

impl SignedToken {
    /// Appends the signature, in base64url, to the data that was signed.
    #[must_use]
    pub fn new(data: &str, signature: &str) -> Self {
        Self(Zeroizing::new([data, ".", signature].concat()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Shows nothing of the token.
impl fmt::Debug for SignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedToken(..)")
    }
}

/// An HTTP answer.
#[derive(Clone, Default)]
pub struct Fetched {
    /// The status.
    pub status: u16,
    /// The header `Cache-Control`; empty if there is none.
    pub cache_control: String,
    /// The header `Age`; empty if there is none.
    pub age: String,
    /// The headers of an answer to a HEAD, names in lower case; otherwise none.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
    /// The `memo` of the effect, unchanged.
    pub memo: String,
}

/// Omits the body and the memo, which can hold the id and the key of an upload.
impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetched").field("status", &self.status).finish_non_exhaustive()
    }
}

/// The results of the effects performed for one request so far.
#[derive(Debug, Default)]
pub struct Results(Vec<(Effect, EffectResult)>);

impl Results {
    /// No results.
    pub const NONE: &'static Self = &Self(Vec::new());

    /// Adds the result of an effect.
    pub fn insert(&mut self, effect: Effect, result: EffectResult) {
        self.0.push((effect, result));
    }

    /// Returns the answers to changes, and the `memo` that they were performed with.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if they have not been performed; [`Denial::StateNotBound`] or [`Denial::StateUnavailable`].
    pub(crate) fn change_state(
        &self,
        nth: u8,
        changes: Vec<StateChange>,
        memo: String,
    ) -> Result<(&[StateAnswer], &str), Blocked<Denial>> {
        let effect = Effect::ChangeState { nth, changes, memo };
        let found = self.0.iter().find(|(known, _)| known.is_same(&effect));
        match found.ok_or(Blocked::Pending(effect))? {
            (Effect::ChangeState { changes, memo, .. }, EffectResult::Changed(answers))
                if answers.len() == changes.len()
                    && !answers.contains(&StateAnswer::Unreadable) =>
            {
                Ok((answers, memo))
            }
            (_, EffectResult::NotBound) => Err(Denial::StateNotBound.into()),
            _ => Err(Denial::StateUnavailable.into()),
        }
    }

    /// Returns the `memo` that changes were performed with, even if they have failed.
    pub(crate) fn memo_of_change(&self, nth: u8) -> Option<&str> {
        self.0.iter().find_map(|(known, _)| match known {
            Effect::ChangeState { nth: found, memo, .. } if *found == nth => Some(memo.as_str()),
            _ => None,
        })
    }

    /// Returns all headers of the incoming request.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if they have not been read yet.
    pub fn headers(&self) -> Result<&RequestHeaders, Blocked<Denial>> {
        match self.require(Effect::ReadHeaders)? {
            EffectResult::Headers(headers) => Ok(headers),
            _ => Ok(RequestHeaders::NONE),
        }
    }

    /// Returns the result of an effect; [`Blocked::Pending`] with the effect if it has not been performed.
    pub(crate) fn require(&self, effect: Effect) -> Result<&EffectResult, Blocked<Denial>> {
        let found = self.0.iter().find(|(known, _)| known.is_same(&effect));
        found.map(|(_, result)| result).ok_or(Blocked::Pending(effect))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(binding: &str, key: &str) -> Effect {
        Effect::Limit { binding: binding.into(), key: key.into(), count: 1 }
    }

    #[test]
    fn a_result_belongs_to_its_effect_and_to_no_other() {
        let mut results = Results::default();
        results.insert(limit("a.b", "c"), EffectResult::Yes);
        assert!(matches!(results.require(limit("a.b", "c")), Ok(EffectResult::Yes)));
        for other in [limit("a.b", "d"), limit("a.x", "c"), limit("a.bc", "")] {
            assert!(matches!(results.require(other), Err(Blocked::Pending(_))));
        }
    }

    #[test]
    fn a_bucket_request_is_identified_by_its_number() {
        let request = |nth, signature: &str| Effect::BucketRequest {
            nth,
            method: "GET",
            url: String::new(),
            headers: vec![("authorization".into(), signature.into())],
            body: String::new(),
            memo: String::new(),
            deadline_ms: 1,
            max_bytes: 1,
        };
        let mut results = Results::default();
        results.insert(request(0, "first round"), EffectResult::Failed);
        assert!(matches!(results.require(request(0, "next round")), Ok(EffectResult::Failed)));
        assert!(matches!(results.require(request(1, "first round")), Err(Blocked::Pending(_))));
    }

    #[test]
    fn debug_shows_nothing_of_an_effect() {
        assert_eq!(format!("{:?}", limit("A", "somebody")), "Effect(..)");
    }
}
