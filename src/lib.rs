//! The Worker: HTTP, environment, time. Everything impure, nothing decided.
//!
//! ```text
//! src/entry.mjs --flat arguments--> seam --Request--> answer::respond
//!   Route --> access (origin, token) --> Caller   rules
//!         --> the body, if one is wanted          Step::ReadBody, done by the entry
//!         --> UploadAsk --> Grant                 rules
//!         --> signed --> Answer                   signer
//! ```
//!
//! [`respond`] is an ordinary function, so that tests call it without any Worker. What only the
//! platform can do it returns as a [`Step`]; it is then asked again, with what it wanted.

extern crate alloc;

mod admission;
mod answer;
mod body;
mod cors;
mod download;
mod form_page;
mod health;
mod multipart;
mod parts;
mod post_object;
mod problem;
mod record;
mod request;
mod respond;
#[cfg(target_arch = "wasm32")]
mod seam;
#[cfg(target_arch = "wasm32")]
mod seam_of_forms;
mod site;
mod store;
mod upload;
mod url;
mod wire;

pub use self::answer::Answer;
pub use self::record::Record;
pub use self::request::{Headers, Request};
pub use self::respond::{Step, respond};
pub use self::site::Site;
pub use self::store::{Store, settle};
pub use self::url::Url;
