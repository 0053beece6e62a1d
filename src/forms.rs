//! Forms for buckets that are bound to the Worker: what the shell writes, and how the form is answered.

pub(crate) mod finish;
mod put_options;
pub(crate) mod reply;
pub(crate) mod write_object;
