//! Reading the configuration: tables, quantities, and errors with their place.

pub(crate) mod error;
pub(crate) mod join_names;
pub(crate) mod quantity;
pub(crate) mod reader;
