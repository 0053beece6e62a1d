//! Readers of the configuration: tables, quantities, and errors that name the key.

pub(crate) mod error;
pub(crate) mod join_names;
pub(crate) mod quantity;
pub(crate) mod reader;
