//! Explains why a signed link or form fails, and what to do.
//!
//! ```text
//! URL | form | HAR | error XML --read--> Evidence  what was signed, what was sent, what the server answered
//!                      Evidence + Context --explain--> Diagnosis
//!   shape       parts that are missing, damaged or encoded twice
//!   sending     headers and method, as signed and as sent
//!   moment      expired, or not valid yet
//!   policy      a form against its own policy
//!   proof       with the secret: which request has this signature?
//!   verdict     which of these causes the server's error permits
//! ```
//!
//! In scope: Signature Version 4 in URLs and forms, of Amazon and Google, and the errors of S3's servers. Out of scope:
//! sending anything, and changing anything.
//!
//! No I/O and no clock: time and credentials are passed in. The output contains no signature, token or secret.

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
