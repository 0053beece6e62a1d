//! The configuration: from a Worker's variables to rules, with a place for each mistake.

pub(crate) mod error;
pub(crate) mod join_names;
pub(crate) mod quantity;
pub(crate) mod reader;
pub(crate) mod rule_keys;
pub(crate) mod rules;
