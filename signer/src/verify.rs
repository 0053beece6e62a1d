//! Checks forms, presigned URLs and requests that others signed.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html>

mod authorization;
mod credential_claim;
mod form_fields;
mod headers;
mod json;
mod policy_condition;
mod policy_document;
mod policy_text;
mod post_form;
mod presigned;
mod query;
mod received;
mod refusal;
#[cfg(feature = "sigv2")]
mod version_2;

use crate::credentials::Credentials;
use crate::dialect::Dialect;
use crate::scope::Region;
use crate::unix_time::UnixTime;

pub use self::authorization::VerifiedRequest;
pub use self::policy_condition::PolicyCondition;
pub use self::policy_document::PolicyDocument;
pub use self::post_form::VerifiedPost;
pub use self::presigned::VerifiedUrl;
pub use self::received::ReceivedRequest;
pub use self::refusal::{Place, Refusal};

/// Checks forms and requests as S3 does, for one access key and one region.
///
/// Signatures and session tokens are compared in constant time.
///
/// # Example: check an upload form
///
/// ```
/// # use signer::{Bucket, FieldName, FormKey, ObjectKey, PostPolicy, Signer, UrlStyle};
/// use signer::{Credentials, Refusal, Region, UnixTime, Verifier};
///
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// let region = Region::new("auto")?;
/// let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// # let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", region.clone())?;
/// # let key = FormKey::filename_under("inbox/7f/")?;
/// # let post = PostPolicy::new(&bucket, key, now.plus_secs(600))
/// #     .exact(FieldName::CONTENT_TYPE, "image/png")
/// #     .content_length_range(1..=1_024)
/// #     .sign(&Signer::new(&credentials, &region, now));
/// let fields = post.fields.iter().map(|(name, value)| (name.as_ref(), value.as_str()));
/// let verifier = Verifier::new(&credentials, &region, now.plus_secs(60));
/// let verified = verifier.post_form("media", fields, Some("ada.png"))?;
///
/// assert_eq!(verified.key.as_str(), "inbox/7f/ada.png");
/// assert_eq!(verified.field("Content-Type"), Some("image/png"));
/// assert_eq!(verified.check_content_length(1_025), Err(Refusal::TooLarge { max: 1_024 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Verifier<'a> {
    credentials: &'a Credentials,
    region: &'a Region,
    dialect: Dialect,
    now: UnixTime,
}

impl<'a> Verifier<'a> {
    /// Accepts signatures by `credentials` for `region` that have not expired at `now`.
    #[must_use]
    pub const fn new(credentials: &'a Credentials, region: &'a Region, now: UnixTime) -> Self {
        Self { credentials, region, dialect: Dialect::Amazon, now }
    }

    /// Accepts `dialect` instead of Amazon's.
    #[must_use]
    pub const fn in_dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }
}
