//! HTTP: requests, answers and problems.

pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod header_names;
pub(crate) mod problem;
pub(crate) mod request;
pub(crate) mod url;
