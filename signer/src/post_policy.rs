//! Signs a POST policy into the fields of an upload form.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;
use core::ops::RangeInclusive;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::bucket::Bucket;
use crate::condition::Condition;
use crate::field_name::FieldName;
use crate::form_key::FormKey;
use crate::signer::Signer;
use crate::unix_time::UnixTime;

/// The conditions that an upload form must satisfy.
///
/// S3 rejects a form with a field that no condition covers, so this type keeps fields and conditions in one list. S3
/// replaces `${filename}` in every field, not only in the key.
///
/// # Example: one picture of at most 5 MiB, under a prefix
///
/// ```
/// use signer::{Bucket, Credentials, FieldName, FormKey, PostPolicy, Region, Signer, UnixTime, UrlStyle};
///
/// let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
/// let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// let post = PostPolicy::new(&bucket, FormKey::filename_under("inbox/7f/")?, now.plus_secs(600))
///     .starts_with(FieldName::CONTENT_TYPE, "image/")
///     .exact(FieldName::SUCCESS_ACTION_STATUS, "201")
///     .content_length_range(1..=5_242_880)
///     .sign(&Signer::new(&credentials, bucket.region(), now));
/// assert!(!post.fields.iter().any(|(name, _)| name == "Content-Type"), "the browser sends it");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct PostPolicy<'a> {
    bucket: &'a Bucket,
    key: FormKey,
    expiration: UnixTime,
    conditions: Vec<Condition>,
}

impl<'a> PostPolicy<'a> {
    /// A policy for one key of `bucket`, or for the keys under a prefix. S3 rejects the form from `expiration` on.
    #[must_use]
    pub const fn new(bucket: &'a Bucket, key: FormKey, expiration: UnixTime) -> Self {
        Self { bucket, key, expiration, conditions: Vec::new() }
    }

    /// Fixes the value of a field, and adds the field to the form. Replaces an earlier condition on the field.
    #[must_use]
    pub fn exact(self, field: FieldName, value: impl Into<String>) -> Self {
        self.with(Condition::Exact { field, value: value.into() })
    }

    /// Requires a field whose value begins with `prefix`. The browser fills it in. Replaces an earlier condition on the
    /// field.
    #[must_use]
    pub fn starts_with(self, field: FieldName, prefix: impl Into<String>) -> Self {
        self.with(Condition::StartsWith { field, prefix: prefix.into(), prefilled: None })
    }

    /// Limits the size of the file, in bytes, both ends included. S3 accepts at most 5 GiB in one POST.
    #[must_use]
    pub fn content_length_range(self, bytes: RangeInclusive<u64>) -> Self {
        self.with(Condition::ContentLengthRange(bytes))
    }

    /// Signs the policy into the fields of a form.
    #[must_use]
    pub fn sign(self, signer: &Signer<'_>) -> PresignedPost {
        let (bucket, expiration) = (self.bucket, self.expiration);
        let conditions = self.into_conditions(signer);
        let policy = PostPolicy::encode(expiration, &conditions);
        let signature = signer.signing_key().sign(&policy).to_string();

        let signature_fields =
            [("policy", policy), (signer.dialect().fields().signature, signature)];
        let signature_fields = signature_fields.map(|(name, value)| (Cow::Borrowed(name), value));
        let fields = conditions
            .into_iter()
            .filter_map(Condition::into_field)
            .chain(signature_fields)
            .collect();
        PresignedPost { url: bucket.form_url(), fields }
    }

    /// All conditions, in boto3's order: the caller's, bucket and key, credential and date.
    fn into_conditions(self, signer: &Signer<'_>) -> Vec<Condition> {
        let exact =
            |field, value| Condition::Exact { field: FieldName::made_by_signing(field), value };
        let mut conditions = self.into_unsigned_conditions();
        let names = signer.dialect().fields();
        conditions.push(exact(names.algorithm, String::from(signer.dialect().algorithm())));
        conditions.push(exact(names.credential, String::from(signer.credential())));
        conditions.push(exact(names.date, String::from(signer.now().amz_date().as_str())));
        let token = signer.session_token().map(String::from);
        conditions.extend(token.map(|token| exact(names.security_token, token)));
        conditions
    }

    /// The conditions without those that signing adds: the caller's, then bucket and key.
    pub(crate) fn into_unsigned_conditions(self) -> Vec<Condition> {
        let mut conditions = self.conditions;
        conditions.push(Condition::Exact {
            field: FieldName::made_by_signing("bucket"),
            value: String::from(self.bucket.name_in_policy()),
        });
        conditions.push(self.key.into_condition());
        conditions
    }

    /// The policy document in base64, which is the text to sign.
    pub(crate) fn encode(expiration: UnixTime, conditions: &[Condition]) -> String {
        BASE64_STANDARD.encode(document(expiration, conditions))
    }

    #[cfg(feature = "sigv2")]
    pub(crate) const fn bucket(&self) -> &Bucket {
        self.bucket
    }

    #[cfg(feature = "sigv2")]
    pub(crate) const fn expiration(&self) -> UnixTime {
        self.expiration
    }

    fn with(mut self, condition: Condition) -> Self {
        self.conditions.retain(|earlier| !condition.replaces(earlier));
        self.conditions.push(condition);
        self
    }
}

/// The policy document, before base64.
fn document(expiration: UnixTime, conditions: &[Condition]) -> String {
    let mut text = format!(r#"{{"expiration": "{expiration}", "conditions": ["#);
    for (i, condition) in conditions.iter().enumerate() {
        text.push_str(if i == 0 { "" } else { ", " });
        condition.push(&mut text);
    }
    text.push_str("]}");
    text
}

/// The URL and fields of a signed upload form. The client adds the file as the last field.
///
/// ```
/// # use signer::{Bucket, Credentials, FormKey, PostPolicy, Region, Signer, UnixTime, UrlStyle};
/// # let bucket = Bucket::new("https://s3.example.com", UrlStyle::Path, "media", Region::new("auto")?)?;
/// # let credentials = Credentials::new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
/// # let now = UnixTime::from_secs(1_451_347_200); // 2015-12-29T00:00:00Z
/// # let key = FormKey::filename_under("inbox/")?;
/// # let post = PostPolicy::new(&bucket, key, now).sign(&Signer::new(&credentials, bucket.region(), now));
/// let inputs = post.fields.iter().map(|(name, value)| {
///     let value = value.replace('&', "&amp;").replace('"', "&quot;");
///     format!(r#"<input type="hidden" name="{name}" value="{value}">"#)
/// });
/// let action = format!(r#"<form method="post" enctype="multipart/form-data" action="{}">"#, post.url);
/// assert!(action.ends_with(r#"action="https://s3.example.com/media">"#));
/// assert_eq!(inputs.count(), 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct PresignedPost {
    /// The URL to send the form to.
    pub url: String,
    /// Field names and values, in the order to send them.
    pub fields: Vec<(Cow<'static, str>, String)>,
}

impl fmt::Debug for PresignedPost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresignedPost").field("url", &self.url).finish_non_exhaustive()
    }
}
