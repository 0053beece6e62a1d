//! The Worker: HTTP routes over the rules, and the shell that performs their effects.
//!
//! ```text
//! src/js/entry.mjs --> deployed --> Signpost::fetch --Request--> routes::respond
//!   rule --> access: origin, token --> Caller     rules
//!        --> body, if there is one                Action::ReadBody, performed by the shell
//!        --> UploadRequest --> grant              rules
//!        --> signature --> Answer                 signer
//! ```
//!
//! [`respond`] is an ordinary function, so that tests call it without any Worker. What only the
//! platform can do it returns as an [`Action`]; the shell performs it and calls again with the result.

extern crate alloc;

mod admission;
mod cors;
#[cfg(any(target_arch = "wasm32", test))]
mod events;
mod exchange;
mod files;
mod forms;
mod http;
mod record;
mod routes;
#[cfg(target_arch = "wasm32")]
mod shell;
mod site;
#[cfg(any(target_arch = "wasm32", test))]
mod stored_secrets;
mod uploaded;

pub use rules::{NamedCaller, Unverified, VerifiedLink};
pub use signer::VerifiedPost;

pub use self::exchange::Action;
pub use self::files::read_object::{Body, Next, ObjectAnswer, Read, ReadObject};
pub use self::files::{ByteRange, Found, StoredObject};
pub use self::forms::read_head::ReadHead;
pub use self::forms::write_object::{WriteObject, Written};
pub use self::http::answer::Answer;
pub use self::http::request::{Headers, Request};
pub use self::http::url::Url;
pub use self::record::Record;
pub use self::routes::respond;
#[cfg(target_arch = "wasm32")]
pub use self::shell::answer::Responding;
#[cfg(target_arch = "wasm32")]
pub use self::shell::env::{Context, Env};
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
pub use self::shell::mount::{Builder, HttpMessage, InvalidConfig, LazySignpost};
#[cfg(target_arch = "wasm32")]
pub use self::shell::queue::Batch;
#[cfg(target_arch = "wasm32")]
pub use self::shell::signpost::Signpost;
#[cfg(target_arch = "wasm32")]
pub use self::shell::state::change_state;
pub use self::site::Site;
