//! Temporary credentials from a security token service (STS).
//!
//! Spec: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>,
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

mod answer;
pub(crate) mod assume_role;
mod endpoint;
mod failure;
mod hand_out;
mod renewal;
mod request;
mod sessions;
pub(crate) mod web_identity;

pub(crate) use self::answer::Issued;
pub use self::failure::CredentialsFailure;
