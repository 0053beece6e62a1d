//! Rules for temporary credentials: entries of `CREDENTIALS`, and what they hand out.

pub(crate) mod action;
pub(crate) mod grant;
pub(crate) mod handed_out;
pub(crate) mod rule;
mod session_name;
