#![doc = include_str!("../README.md")]

extern crate alloc;

mod ambient;
mod bound_bucket;
mod bucket;
mod callers;
mod config;
mod credentials_rule;
mod denial;
mod download;
mod effect;
mod hidden_char;
pub mod iam;
mod inspect;
mod issuer;
mod keys;
mod lifetime;
mod notify;
#[cfg(feature = "operator")]
pub mod reference;
mod refused_secrets;
mod rule_keys;
mod rules;
mod secret;
mod secret_format;
mod secret_name;
mod secret_names;
mod signing;
mod state;
mod strict_json;
mod sts;
mod upload;
mod verify;

pub use self::ambient::Ambient;
pub use self::bound_bucket::BoundBucket;
pub use self::bucket::amazon::address::{AmazonSettings, BucketAddress, ResolvedBucket};
pub use self::bucket::amazon::arn::split_arn;
pub use self::bucket::amazon::error::InvalidAddress;
pub use self::bucket::amazon::kind::{AmazonBucketKind, has_no_path_style, is_access_point_alias};
pub use self::bucket::amazon::partition::amazon_partition;
pub use self::bucket::binding_name::BindingName;
pub use self::bucket::entry::BucketEntry;
pub use self::bucket::own_domain::FILES;
pub use self::bucket::provider::{CorsFormat, Iam, Provider};
pub use self::bucket::region_of_host::regions_of_host;
pub use self::callers::access::{Access, Challenge};
pub use self::callers::caller::Caller;
pub use self::callers::context::{AuthContext, Presented};
pub use self::callers::initiator::{Exposure, Initiator};
pub use self::callers::kind::CallerKind;
pub use self::callers::limit::Quota;
pub use self::callers::named_caller::NamedCaller;
pub use self::callers::origin::Origin;
pub use self::callers::token_fault::TokenFault;
pub use self::callers::tokens::key_cache::KeyCache;
pub use self::callers::tokens::missing_keys::{KeysFailure, MissingKeys};
pub use self::config::error::{ConfigError, ConfigErrorKind};
pub use self::credentials_rule::action::Action;
pub use self::credentials_rule::grant::CredentialsGrant;
pub use self::credentials_rule::handed_out::HandedOut;
pub use self::credentials_rule::rule::CredentialsRule;
pub use self::denial::Denial;
pub use self::download::grant::{ACTIVE_CONTENT, DownloadGrant, RULE, SignedLink};
pub use self::download::rule::DownloadRule;
pub use self::download::serve::Serve;
pub use self::download::served_bucket::ServedBucket;
pub use self::download::served_object::{ActiveContent, ServedObject};
pub use self::download::short_link::{FoundLink, LinkId, ListedLink, NewLink, ShortLink, UsedLink};
pub use self::effect::blocked::Blocked;
pub use self::effect::results::{EffectResult, Fetched, RequestHeaders, Results, SignedToken};
pub use self::effect::{CredentialsRequest, Effect, Holder, Timing, UnsignedToken};
pub use self::hidden_char::{is_hidden, show_hidden};
pub use self::inspect::{AssumedRole, TrustedToken, parse_expires, parse_size};
pub use self::keys::template::KeyTemplate;
pub use self::lifetime::EndsWith;
pub use self::notify::event::Event;
pub use self::notify::message::{Message, Reporter};
pub use self::notify::schedule::{Reception, Schedule, Verdict, parse_retry_after};
pub use self::notify::webhook::Webhook;
pub use self::rule_keys::confuse_callers;
pub use self::rules::Rules;
pub use self::secret::{Secret, Secrets};
pub use self::secret_name::SecretName;
pub use self::signing::Signed;
pub use self::state::once::{OnceAnswer, OnceCommand};
pub use self::state::period::Period;
pub use self::state::quota::{Keep, Left, QuotaAnswer, QuotaCommand, QuotaLimits};
pub use self::state::{
    Applied, Command, Ended, LinkAnswer, LinkCommand, LinkTarget, ListAnswer, ListCommand,
    STATE_BINDING, STATE_LINES, StateAnswer, StateChange, Write, apply,
};
pub use self::strict_json::read_json;
pub use self::sts::CredentialsFailure;
pub use self::upload::attributes::tags::Tag;
pub use self::upload::confirm::{
    COUNTED_FIELD, Confirmation, ObjectHead, ReceivedForm, STATE_FIELD,
};
pub use self::upload::file_type::can_carry_scripts;
pub use self::upload::form_grant::FormGrant;
pub use self::upload::grant::{SignedUpload, UploadGrant};
pub use self::upload::media_type::MediaType;
pub use self::upload::multipart::{
    Begun, Element, InvalidXml, MultipartGrant, MultipartStart, MultipartUpload, Part, PartSize,
    read_xml, xml_document,
};
pub use self::upload::own_put::{COUNTED_PARAMETER, STATE_PARAMETER};
pub use self::upload::purpose::Capability;
pub use self::upload::quota::{Arrival, Reservation, reserve_each};
pub use self::upload::request::{RequestedMethod, UploadRequest};
pub use self::upload::rule::UploadRule;
pub use self::upload::stored_object::StoredObject;
pub use self::verify::{Unverified, VerifiedLink};
