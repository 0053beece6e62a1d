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
mod attachment;
mod binding;
mod bucket;
mod bucket_keys;
mod caller;
mod caller_kind;
mod checksum;
mod config_error;
mod denial;
mod describe;
mod download;
mod file_name;
mod form_grant;
mod key_template;
mod lifetime;
mod limit;
mod listed;
mod media_type;
mod metadata;
mod multipart;
mod need;
mod origin;
mod overwrite;
mod proofs;
mod provider;
mod quantity;
mod rules;
mod secret;
mod secret_names;
mod segment;
mod signature;
mod signing_keys;
mod stop;
mod strict_json;
mod table;
mod ticket_key;
mod tokens;
mod upload_entry;
mod upload_grant;
mod upload_rule;
mod window;

pub use self::access::{Access, Challenge};
pub use self::ask::UploadAsk;
pub use self::binding::{BindingName, BoundBucket};
pub use self::caller::Caller;
pub use self::config_error::ConfigError;
pub use self::denial::Denial;
pub use self::describe::{parse_expires, parse_size};
pub use self::download::{DownloadGrant, DownloadRule};
pub use self::form_grant::FormGrant;
pub use self::key_template::Moment;
pub use self::lifetime::EndsWith;
pub use self::media_type::MediaType;
pub use self::multipart::{Begun, Cut, MultipartGrant, MultipartUpload, Part, xml_document};
pub use self::need::{Facts, Need};
pub use self::need::{Fetched, Outcome};
pub use self::origin::Origin;
pub use self::proofs::Proofs;
pub use self::rules::Rules;
pub use self::secret::{Secret, SecretName, Secrets};
pub use self::stop::Stop;
pub use self::strict_json::read_json;
pub use self::tokens::KeyCache;
pub use self::upload_grant::{SignedUpload, UploadGrant};
pub use self::upload_rule::UploadRule;
