//! Upload rules: entries of `UPLOADS`, and what they grant.

pub(crate) mod attributes;
pub(crate) mod checksum;
pub(crate) mod confirm;
pub(crate) mod entry;
pub(crate) mod file_type;
pub(crate) mod form_grant;
pub(crate) mod grant;
pub(crate) mod media_type;
pub(crate) mod metadata;
pub(crate) mod multipart;
pub(crate) mod own_put;
pub(crate) mod purpose;
mod put_on_request;
pub(crate) mod quota;
pub(crate) mod receipt;
pub(crate) mod request;
pub(crate) mod rule;
mod sealed_state;
pub(crate) mod stored_object;
