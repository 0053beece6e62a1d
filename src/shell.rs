//! The shell: reads requests, performs the actions that [`crate::respond`] returns, and makes responses.

pub(crate) mod answer;
mod body;
mod call;
mod clock;
mod effects;
pub(crate) mod env;
mod events;
mod form;
mod log;
#[cfg(feature = "worker")]
pub(crate) mod mount;
mod objects;
mod promise;
pub(crate) mod queue;
mod request;
mod response;
mod secrets;
pub(crate) mod signpost;
pub(crate) mod state;
mod verify;
