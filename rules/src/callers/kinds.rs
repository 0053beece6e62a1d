//! The kinds of callers, one file each.

pub(crate) mod access;
pub(crate) mod anyone;
pub(crate) mod bearer;
pub(crate) mod jwt;
pub(crate) mod ticket;
pub(crate) mod turnstile;
pub(crate) mod worker;
