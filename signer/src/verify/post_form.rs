//! Checks an upload form against the policy that it carries.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use core::fmt;
use core::ops::RangeInclusive;

use super::Verifier;
use super::credential_claim::CredentialClaim;
use super::form_fields::Fields;
use super::policy_condition::PolicyCondition;
use super::policy_document::PolicyDocument;
use crate::expires::Expires;
use crate::object_key::ObjectKey;
use crate::unix_time::UnixTime;
use crate::verify::{Place, Refusal};

/// Largest file that S3 accepts in one POST, in bytes: 5 GiB.
const MAX_POST_BYTES: u64 = 5 * 1_024 * 1_024 * 1_024;

/// A form whose signature and fields are valid. The size of its file is checked separately, while the file arrives.
///
/// ```
/// # use signer::{Bucket, Credentials, FormKey, PostPolicy, Refusal, Region, Signer, UnixTime, UrlStyle, Verifier};
/// # let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
/// # let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// # let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// # let policy = PostPolicy::new(&bucket, FormKey::filename_under("inbox/")?, now.plus_secs(60)).content_length_range(1..=9);
/// # let post = policy.sign(&Signer::new(&credentials, bucket.region(), now));
/// # let fields = post.fields.iter().map(|(name, value)| (name.as_ref(), value.as_str()));
/// # let verifier = Verifier::new(&credentials, bucket.region(), now);
/// let verified = verifier.post_form("media", fields, Some("ada.png"))?;
/// assert_eq!((verified.key.as_str(), verified.content_length.clone()), ("inbox/ada.png", 1..=9));
/// assert_eq!(verified.check_content_length(0), Err(Refusal::TooSmall { min: 1 }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct VerifiedPost {
    /// The key of the file, with `${filename}` replaced.
    pub key: ObjectKey,
    /// Allowed size of the file, in bytes, both ends included. Without a condition, at most 5 GiB, S3's limit.
    pub content_length: RangeInclusive<u64>,
    /// The instant from which the form is rejected.
    pub expiration: UnixTime,
    fields: Fields,
}

impl VerifiedPost {
    /// The value of a field, with `${filename}` replaced. `name` may be in any letter case.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(&name.to_ascii_lowercase())
    }

    /// All fields that the policy covers, sorted, their names in lower case. Includes the credential and the date.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter()
    }

    /// Checks the size of the file. May be called while the file is read, to stop early when it is too large.
    ///
    /// # Errors
    ///
    /// [`Refusal::TooLarge`] or [`Refusal::TooSmall`].
    pub const fn check_content_length(&self, bytes: u64) -> Result<(), Refusal> {
        let (min, max) = (*self.content_length.start(), *self.content_length.end());
        if bytes > max {
            Err(Refusal::TooLarge { max })
        } else if bytes < min {
            Err(Refusal::TooSmall { min })
        } else {
            Ok(())
        }
    }
}

impl fmt::Debug for VerifiedPost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedPost")
            .field("key", &self.key)
            .field("content_length", &self.content_length)
            .field("expiration", &self.expiration)
            .finish_non_exhaustive()
    }
}

impl Verifier<'_> {
    /// Checks a form that was sent to `bucket`.
    ///
    /// `fields` are those before the file, in any order and letter case. `filename` is the name that the browser sent for the
    /// file; only the part after the last slash is used.
    ///
    /// # Errors
    ///
    /// [`Refusal`] names the reason.
    pub fn post_form<'f>(
        &self,
        bucket: &str,
        fields: impl IntoIterator<Item = (&'f str, &'f str)>,
        filename: Option<&str>,
    ) -> Result<VerifiedPost, Refusal> {
        let fields = Fields::collect(fields)?;
        let document = self.signed_policy(&fields)?;
        let signature = self.dialect.fields().signature;
        self.check_fields(fields, &document, bucket, filename, &[signature])
    }

    /// Checks the fields of a form against a policy whose signature is valid. The fields in `exempt` need no condition.
    pub(super) fn check_fields(
        &self,
        mut fields: Fields,
        document: &PolicyDocument,
        bucket: &str,
        filename: Option<&str>,
        exempt: &[&str],
    ) -> Result<VerifiedPost, Refusal> {
        let expiration = document.expiration;
        if self.now >= expiration {
            return Err(Refusal::Expired { at: expiration });
        }
        fields.expand(filename.unwrap_or_default(), exempt);
        fields.check(document, bucket)?;
        let key = ObjectKey::new(fields.required("key")?).map_err(Refusal::Key)?;
        Ok(VerifiedPost { key, content_length: content_length(document), expiration, fields })
    }

    /// Returns the policy if its signature is valid.
    fn signed_policy(&self, fields: &Fields) -> Result<PolicyDocument, Refusal> {
        let (place, names) = (Place::Form, self.dialect.fields());
        fields.check_presence(&[names.algorithm, names.credential, names.date, names.signature])?;
        let policy = fields.required("policy")?;
        let algorithm = fields.required(names.algorithm)?;
        if algorithm != self.dialect.algorithm() {
            let (name, expected) = (names.algorithm.into(), self.dialect.algorithm());
            return Err(Refusal::Malformed { place, name, expected });
        }
        let claimed = self.check_credential(&CredentialClaim {
            place,
            credential: (names.credential, fields.required(names.credential)?),
            date: (names.date, fields.required(names.date)?),
            session_token: fields.get(names.security_token),
            signature: fields.required(names.signature)?,
        })?;
        claimed.check_policy(policy)?;
        // A signing key is valid for seven days, even if the policy expires later.
        claimed.check_age(self.now, Expires::MAX)?;
        PolicyDocument::parse(policy)
    }
}

fn content_length(document: &PolicyDocument) -> RangeInclusive<u64> {
    document.conditions.iter().fold(0..=MAX_POST_BYTES, |all, condition| match condition {
        PolicyCondition::ContentLengthRange(range) => {
            *all.start().max(range.start())..=*all.end().min(range.end())
        }
        PolicyCondition::Exact { .. }
        | PolicyCondition::StartsWith { .. }
        | PolicyCondition::Never { .. } => all,
    })
}
