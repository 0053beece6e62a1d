//! Download rules: entries of `DOWNLOADS`, and what they grant.

pub(crate) mod attachment;
pub(crate) mod grant;
pub(crate) mod header_source;
pub(crate) mod required_tag;
pub(crate) mod rule;
pub(crate) mod saved_name;
pub(crate) mod serve;
pub(crate) mod served_bucket;
pub(crate) mod served_object;
pub(crate) mod short_link;
pub(crate) mod window;
pub(crate) mod writers;
