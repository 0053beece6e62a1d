//! Files that the Worker itself sends: it reads them through an R2 binding, and decides on ranges, conditions and headers.

mod conditions;
mod link;
mod object;
mod presentation;
mod range;
pub(crate) mod read_object;
mod refusal;
#[cfg(test)]
mod tests;

pub(crate) use self::link::{Link, asks_for_checksums};
pub use self::object::{Found, StoredObject};
pub(crate) use self::presentation::{CacheControl, Presentation};
pub use self::range::ByteRange;
pub(crate) use self::refusal::ErrorFormat;
