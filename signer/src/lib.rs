#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::panic_in_result_fn,
        clippy::string_slice,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_in_result,
        clippy::unwrap_used
    )
)]

extern crate alloc;

mod amz_date;
mod authorize;
mod bucket;
mod canonical_request;
mod condition;
mod credentials;
mod dialect;
mod encode;
mod expires;
mod field_name;
mod form_key;
mod header;
mod http_url;
mod mac;
mod object_key;
mod operation;
mod payload;
mod post_policy;
mod presign;
mod request;
mod scope;
#[cfg(feature = "sigv2")]
mod signature_v2;
mod signer;
mod signing_key;
mod token_service;
mod unix_time;
#[cfg(feature = "verify")]
mod verify;

pub use self::authorize::{Authorize, AuthorizedRequest};
pub use self::bucket::{Bucket, InvalidBucket, UrlStyle};
pub use self::canonical_request::{CanonicalRequest, StringToSign};
pub use self::credentials::Credentials;
pub use self::dialect::Dialect;
pub use self::expires::Expires;
pub use self::field_name::{FieldName, InvalidFieldName};
pub use self::form_key::{FILENAME, FormKey, InvalidFormKey};
pub use self::header::{HeaderName, HeaderValue, InvalidHeader};
pub use self::http_url::HttpUrl;
pub use self::object_key::{InvalidObjectKey, ObjectKey};
pub use self::operation::{InvalidUploadId, Method, Operation, PartNumber, UploadId};
pub use self::payload::Payload;
pub use self::post_policy::{PostPolicy, PresignedPost};
pub use self::presign::{Presign, PresignedUrl};
pub use self::request::ReservedQuery;
pub use self::scope::{InvalidRegion, Region, Scope};
#[cfg(feature = "sigv2")]
pub use self::signature_v2::SignerV2;
pub use self::signer::{Signer, SigningKeyCache};
pub use self::signing_key::{Signature, SigningKey};
pub use self::token_service::TokenService;
pub use self::unix_time::UnixTime;
#[cfg(feature = "verify")]
pub use self::verify::{
    Place, PolicyCondition, PolicyDocument, ReceivedRequest, Refusal, VerifiedPost,
    VerifiedRequest, VerifiedUrl, Verifier,
};
