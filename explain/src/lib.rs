//! Explains why a signed link or form fails, and what to do.
//!
//! ```text
//! text --read--> Evidence  the signed request, the sent request, the server's answer
//!   link, form, HAR, curl command, error; also inside HTML, JSON, mail or a redirect
//!                      Evidence + Context --explain--> Diagnosis
//!   format      parts of the signature that are missing or malformed
//!   sending     method and headers, as signed and as sent
//!   expiry      expired, or not valid yet
//!   policy      the form compared with its policy
//!   proof       which request has this signature, computed with the secret
//!   verdict     the causes that the server's error permits
//! ```
//!
//! In scope: Signature Version 4 in URLs and forms, of Amazon and Google, and the errors of S3 servers. Other schemes of
//! signed links are named, and their expiry is checked. Out of scope: sending anything, and changing anything.
//!
//! No I/O and no clock: time and credentials are passed in. The output contains no signature, token or secret.

extern crate alloc;

mod algorithm;
mod catalogue;
mod cause;
mod check_form;
mod check_link;
mod compare;
mod console;
mod context;
mod copied;
mod curl;
mod diagnosis;
mod error_text;
mod evidence;
mod expiry;
mod explain;
mod fetch;
mod form;
mod format;
mod har;
mod html;
mod instant;
mod json;
mod link;
mod mask;
mod multipart;
mod normal_form;
mod other_scheme;
#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
mod page;
mod policy;
mod proof;
mod read;
mod received;
mod region;
mod repair;
mod request;
mod search;
mod sending;
mod server_error;
mod shell_words;
mod token;
mod unreadable;
mod verdict;

pub use self::catalogue::{Entry, catalogue};
pub use self::cause::{Cause, Code};
pub use self::compare::{Comparison, Line};
pub use self::context::{Context, KnownBucket};
pub use self::copied::Undone;
pub use self::diagnosis::Diagnosis;
pub use self::evidence::{Evidence, Sent};
pub use self::explain::explain;
pub use self::form::Form;
pub use self::link::Link;
pub use self::read::{MAX_BYTES, combined, read};
pub use self::server_error::ServerError;
pub use self::unreadable::Unreadable;
