//! Object keys: the templates of the rules, and what fills them in.

pub(crate) mod file_name;
pub(crate) mod segment;
pub(crate) mod template;
pub(crate) mod ticket;
