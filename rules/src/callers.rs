//! Entries of `CALLERS`: who asks, how it proves so, and how often it may.

pub(crate) mod access;
pub(crate) mod caller;
pub(crate) mod context;
pub(crate) mod kind;
pub(crate) mod limit;
pub(crate) mod origin;
pub(crate) mod tokens;
