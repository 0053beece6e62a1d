//! Forms for buckets that are bound to the Worker: the object to write, and the answer.

pub(crate) mod finish;
mod put_options;
pub(crate) mod read_head;
pub(crate) mod reply;
pub(crate) mod write_object;
