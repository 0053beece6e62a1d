//! State that outlives a request, as machines without clock or storage: they take a command, and return an answer and the new state.

pub(crate) mod once;
pub(crate) mod period;
pub(crate) mod quota;
