//! JSON Web Tokens: readers, keys, and the claims that they must have.

pub(crate) mod algorithm;
pub(crate) mod claim_rules;
pub(crate) mod claims;
pub(crate) mod jwk;
pub(crate) mod key_cache;
pub(crate) mod keys;
pub(crate) mod missing_keys;
pub(crate) mod ticket;
pub(crate) mod token;
