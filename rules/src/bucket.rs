//! Entries of `BUCKETS`: where objects are stored, and how requests for them are signed.

pub(crate) mod amazon;
pub(crate) mod binding_name;
pub(crate) mod credentials;
pub(crate) mod entry;
pub(crate) mod features;
pub(crate) mod hosts;
pub(crate) mod keys;
pub(crate) mod overwrite;
pub(crate) mod own_domain;
pub(crate) mod provider;
pub(crate) mod providers;
pub(crate) mod r2_temporary;
pub(crate) mod region_of_host;
pub(crate) mod signature;
pub(crate) mod signing_keys;
