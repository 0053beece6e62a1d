//! Keys of objects: templates, and what fills them.

pub(crate) mod file_name;
pub(crate) mod fill;
pub(crate) mod origin;
pub(crate) mod part;
mod pattern;
pub(crate) mod syntax;
pub(crate) mod template;
pub(crate) mod ticket;
