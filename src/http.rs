//! HTTP: requests as they came in, answers as they go out.

pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod problem;
pub(crate) mod request;
pub(crate) mod url;
