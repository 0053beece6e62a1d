//! Signature Version 4 for S3: POST policies (upload forms) and presigned URLs.
//!
//! Signs, and does nothing else: no I/O, no clock, no configuration. The
//! caller passes the time, so every signature can be made again in a test.
//!
//! ```text
//! Bucket + FormKey + conditions --PostPolicy::sign--> PresignedPost { url, fields }
//! Bucket + ObjectKey + headers  --Presign::sign-----> PresignedUrl  { url, headers }
//! ```
//!
//! What may be signed is checked where a value is made ([`ObjectKey`],
//! [`HeaderValue`], [`Expires`], [`Bucket`], ...), so signing itself cannot fail.
//!
//! # Example: a form for one picture
//!
//! ```
//! use signer::{Bucket, Credentials, FieldName, FormKey, ObjectKey, PostPolicy, Region, Signer, UnixTime, UrlStyle};
//!
//! let region = Region::new("eu-west-1")?;
//! let bucket = Bucket::new("https://s3.eu-west-1.amazonaws.com", UrlStyle::VirtualHosted, "acme-media", region)?;
//! let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
//! let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
//!
//! let key = FormKey::exact(&ObjectKey::new("avatars/ada.png")?)?;
//! let post = PostPolicy::new(&bucket, key, now.plus_secs(600))
//!     .exact(FieldName::CONTENT_TYPE, "image/png")
//!     .content_length_range(1..=5_242_880)
//!     .sign(&Signer::new(&credentials, bucket.region(), now));
//!
//! assert_eq!(post.url, "https://acme-media.s3.eu-west-1.amazonaws.com/");
//! let names: Vec<_> = post.fields.iter().map(|(name, _)| name.as_ref()).collect();
//! assert_eq!(names, ["Content-Type", "bucket", "key", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "policy", "x-amz-signature"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![no_std]

extern crate alloc;

mod authorize;
mod bucket;
mod canonical_request;
mod condition;
mod credentials;
mod dialect;
mod encode;
mod field_name;
mod form_key;
mod header;
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
mod time;
#[cfg(feature = "verify")]
mod verify;

pub use self::authorize::{Authorize, AuthorizedRequest};
pub use self::bucket::{Bucket, InvalidBucket, UrlStyle};
pub use self::canonical_request::{CanonicalRequest, StringToSign};
pub use self::credentials::Credentials;
pub use self::dialect::Dialect;
pub use self::field_name::{FieldName, InvalidFieldName};
pub use self::form_key::{FILENAME, FormKey, InvalidFormKey};
pub use self::header::{HeaderName, HeaderValue, InvalidHeader};
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
pub use self::time::{Expires, UnixTime};
#[cfg(feature = "verify")]
pub use self::verify::{
    Place, ReceivedRequest, Refusal, VerifiedPost, VerifiedRequest, VerifiedUrl, Verifier,
};
