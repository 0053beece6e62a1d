//! What is wrong with a signed link or form, in plain words, and what to do about it.
//!
//! ```text
//! URL | form | HAR | error XML --read--> Evidence  what was signed, what was sent, what the server said
//!                      Evidence + Context --explain--> Diagnosis
//!   shape       parts that are missing, damaged or encoded twice
//!   sending     headers and method, as signed and as sent
//!   moment      too late, or too early
//!   policy      a form against the policy that it carries
//!   proof       with the secret: which request is it that the signature is good for?
//!   ServerError     what the server's words leave possible of all that
//! ```
//!
//! In scope: Signature Version 4 in URLs and forms, of Amazon and Google, and the errors of S3's servers. Out of scope:
//! sending anything, and changing anything.
//!
//! No I/O, no clock: time and credentials are handed in. Nothing that comes out has a signature, a token or a secret.

extern crate alloc;

mod arrival;
mod cause;
mod check_form;
mod check_link;
mod compare;
mod context;
mod diagnosis;
mod evidence;
mod explain;
mod form;
mod har;
mod instant;
mod link;
mod mask;
mod moment;
#[cfg(target_arch = "wasm32")]
mod page;
mod policy;
mod proof;
mod read;
mod region;
mod repair;
mod request;
mod search;
mod sending;
mod server_error;
mod shape;
mod verdict;

pub use self::cause::{Cause, Code};
pub use self::compare::{Comparison, Line};
pub use self::context::{Context, KnownBucket};
pub use self::diagnosis::Diagnosis;
pub use self::evidence::{Evidence, Sent};
pub use self::explain::explain;
pub use self::form::Form;
pub use self::link::Link;
pub use self::read::{MAX_BYTES, Unreadable, combined, read};
pub use self::server_error::ServerError;
