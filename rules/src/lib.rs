//! Who may upload or read what: a caller and a request in, a grant or a denial out.
//!
//! ```text
//! vars --Rules::parse--> Rules                      | ConfigError, with its place
//! token --Access::authenticate--> Caller            | Denial
//! Caller + UploadRequest --UploadRule::grant--> Grant   | Denial
//! Grant + credentials --Grant::sign--> PresignedPost or PresignedUrl
//! ```
//!
//! Pure: no I/O, no clock, no randomness, no Worker types. Time, random bytes and
//! secrets are handed in.

extern crate alloc;

mod ambient;
mod bucket;
mod callers;
mod config;
mod denial;
mod download;
mod effect;
mod inspect;
mod keys;
mod lifetime;
mod secret;
mod secret_names;
mod strict_json;
mod upload;

pub use self::ambient::Ambient;
pub use self::bucket::binding_name::BindingName;
pub use self::bucket::bound_bucket::BoundBucket;
pub use self::bucket::entry::BucketEntry;
pub use self::bucket::provider::{CorsFormat, Iam, Provider};
pub use self::bucket::region_of_host::regions_of_host;
pub use self::callers::access::{Access, Challenge};
pub use self::callers::caller::Caller;
pub use self::callers::context::{AuthContext, Presented};
pub use self::callers::kind::CallerKind;
pub use self::callers::origin::Origin;
pub use self::callers::tokens::KeyCache;
pub use self::config::error::{ConfigError, ConfigErrorKind};
pub use self::config::rules::Rules;
pub use self::denial::Denial;
pub use self::download::grant::DownloadGrant;
pub use self::download::rule::DownloadRule;
pub use self::effect::Effect;
pub use self::effect::blocked::Blocked;
pub use self::effect::results::{EffectResult, Fetched, Results};
pub use self::inspect::{parse_expires, parse_size};
pub use self::keys::template::KeyTemplate;
pub use self::lifetime::EndsWith;
pub use self::secret::{Secret, SecretName, Secrets};
pub use self::strict_json::read_json;
pub use self::upload::form_grant::FormGrant;
pub use self::upload::grant::{SignedUpload, UploadGrant};
pub use self::upload::media_type::MediaType;
pub use self::upload::multipart::{
    Begun, MultipartGrant, MultipartUpload, Part, PartSize, xml_document,
};
pub use self::upload::request::UploadRequest;
pub use self::upload::rule::UploadRule;
