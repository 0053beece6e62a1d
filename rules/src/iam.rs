//! IAM policies: what the rules need of the credentials.
//!
//! The command writes whole policies, and the Worker restricts temporary credentials by a session policy.

mod conditions;
mod encryption;
pub mod handed_out;
mod session_policy;
mod statements;
mod uses;

pub use self::conditions::{Precision, supports_all_conditions, supports_signature_conditions};
pub use self::encryption::encryption;
pub use self::session_policy::{MAX_SESSION_POLICY, SessionPolicy};
pub use self::statements::{Permission, permissions};
pub use self::uses::{AuthType, Sid, Use, arn};
