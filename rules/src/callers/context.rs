//! What a caller is authenticated by.

use core::cell::RefCell;

use signer::UnixTime;

use crate::{KeyCache, Results, Secret};

/// What the client sent to prove who it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Presented<'a> {
    /// The token of `Authorization: Bearer ...`.
    pub bearer: Option<&'a Secret>,
    /// The ticket of a path `/t/<ticket>/...`. A request with one is judged by it and by no other token.
    pub ticket: Option<&'a Secret>,
    /// The header `Cf-Access-Jwt-Assertion`.
    pub assertion: Option<&'a Secret>,
    /// The answer to a Turnstile challenge.
    pub challenge: Option<&'a Secret>,
    /// The header `Origin`, once it is known to be allowed.
    pub origin: Option<&'a str>,
    /// The client's address: `CF-Connecting-IP`.
    pub address: Option<&'a str>,
}

/// What the client sent, and what it is checked against besides the rule.
#[derive(Clone, Copy, Debug)]
pub struct AuthContext<'a> {
    /// What the client sent.
    pub presented: Presented<'a>,
    /// The current time.
    pub now: UnixTime,
    /// The results of effects performed for this request so far.
    pub results: &'a Results,
    /// The key sets that this instance holds.
    pub key_cache: &'a RefCell<KeyCache>,
}
