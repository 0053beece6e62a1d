//! Limits of a form, besides those of its policy.

/// Largest head that S3 accepts, in bytes: 20 KB.
pub const MAX_HEAD: usize = 20_480;
