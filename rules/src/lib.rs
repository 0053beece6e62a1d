//! Who may upload or read what: a caller and an ask in, a grant or a denial out.
//!
//! ```text
//! vars --Rules::parse--> Rules                      | ConfigError, with its place
//! token --Access::authenticate--> Caller            | Denial
//! Caller + UploadAsk --UploadRule::grant--> Grant   | Denial
//! Grant + credentials --Grant::sign--> PresignedPost or PresignedUrl
//! ```
//!
//! Pure: no I/O, no clock, no randomness, no Worker types. Time, random bytes and
//! secrets are handed in.

extern crate alloc;

mod access;
mod ask;
mod bucket;
mod caller;
mod checksum;
mod config_error;
mod denial;
mod download;
mod file_name;
mod form_grant;
mod key_template;
mod media_type;
mod metadata;
mod origin;
mod provider;
mod quantity;
mod rules;
mod secret;
mod table;
mod upload_entry;
mod upload_grant;
mod upload_rule;

pub use self::access::Access;
pub use self::ask::UploadAsk;
pub use self::caller::Caller;
pub use self::config_error::ConfigError;
pub use self::denial::Denial;
pub use self::download::{DownloadGrant, DownloadRule};
pub use self::form_grant::FormGrant;
pub use self::key_template::Moment;
pub use self::media_type::MediaType;
pub use self::origin::Origin;
pub use self::rules::Rules;
pub use self::secret::{Secret, SecretName, Secrets};
pub use self::upload_grant::{SignedUpload, UploadGrant};
pub use self::upload_rule::UploadRule;
