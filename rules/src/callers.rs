//! Entries of `CALLERS`: how a caller authenticates, and what limits its requests.
//!
//! A new kind of caller is a file in `kinds/` and a row in each table of `kind.rs`.

pub(crate) mod access;
pub(crate) mod authenticate;
pub(crate) mod authority;
pub(crate) mod caller;
pub(crate) mod context;
pub(crate) mod countries;
pub(crate) mod hours;
pub(crate) mod initiator;
pub(crate) mod kind;
pub(crate) mod kind_info;
pub(crate) mod kinds;
pub(crate) mod limit;
pub(crate) mod named_caller;
pub(crate) mod networks;
pub(crate) mod origin;
pub(crate) mod restrictions;
pub(crate) mod segment;
pub(crate) mod token_fault;
pub(crate) mod tokens;
