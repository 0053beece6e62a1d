//! What a request presents, and what is known to judge it by.

use core::cell::RefCell;

use signer::UnixTime;

use crate::{Facts, KeyCache, Secret};

/// Everything that a caller may show to prove who it is.
#[derive(Clone, Copy, Debug)]
pub struct Proofs<'a> {
    /// `Authorization: Bearer ...`
    pub bearer: Option<&'a Secret>,
    /// A ticket in the path, `/t/<ticket>/...`. It stands for the whole request: no other token is looked at beside it.
    pub ticket: Option<&'a Secret>,
    /// `Cf-Access-Jwt-Assertion`
    pub assertion: Option<&'a Secret>,
    /// The answer to a Turnstile challenge.
    pub challenge: Option<&'a Secret>,
    /// `Origin`, once it is known to be allowed.
    pub origin: Option<&'a str>,
    /// The address that asks, `CF-Connecting-IP`.
    pub address: Option<&'a str>,
    /// Now.
    pub now: UnixTime,
    /// What the shell has found out for this request.
    pub facts: &'a Facts,
    /// The key sets known to this instance.
    pub key_cache: &'a RefCell<KeyCache>,
}

impl<'a> Proofs<'a> {
    /// Nothing presented yet.
    #[must_use]
    pub const fn none(now: UnixTime, facts: &'a Facts, key_cache: &'a RefCell<KeyCache>) -> Self {
        Self {
            bearer: None,
            ticket: None,
            assertion: None,
            challenge: None,
            origin: None,
            address: None,
            now,
            facts,
            key_cache,
        }
    }
}
