//! The S3 actions that the rules perform on a bucket.

use rules::{BucketEntry, DownloadRule, KeyTemplate, UploadRule};
use signer::Bucket;

use crate::configured::{Configured, NamedRule, Rule};

/// How a signature is sent, as S3 names it.
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html>
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum AuthType {
    Form,
    Link,
    /// The Worker's own requests, which begin, list, complete and abort uploads in parts.
    Header,
}

/// S3 actions that a rule performs on the bucket, and how they are signed.
#[derive(Clone, Debug)]
pub(crate) struct Use<'c> {
    /// `UploadAvatar`
    pub(crate) sid: String,
    pub(crate) actions: &'static [&'static str],
    pub(crate) auth_type: AuthType,
    /// Whether requests are signed with Signature Version 2.
    pub(crate) version_2: bool,
    pub(crate) max_age_ms: u64,
    /// Whether the rule forbids overwriting an object.
    pub(crate) forbids_overwrite: bool,
    pub(crate) bucket: &'c Bucket,
    pub(crate) key: &'c KeyTemplate,
}

/// The actions that the Worker itself performs for uploads in parts.
const MULTIPART: &[&str] =
    &["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"];

/// The age of the signatures with which the Worker asks for an object when its upload is confirmed: they are sent at once.
const CONFIRM_MAX_AGE_MS: u64 = 60_000;

impl AuthType {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Form => "POST",
            Self::Link => "REST-QUERY-STRING",
            Self::Header => "REST-HEADER",
        }
    }
}

impl<'c> Use<'c> {
    pub(crate) fn all(configured: &'c Configured, bucket: &'c BucketEntry) -> Vec<Self> {
        let of = |named: NamedRule<'c>| match named.rule {
            Rule::Upload(rule) => Self::of_upload(named.name, rule),
            Rule::Download(rule) => vec![Self::of_download(named.name, rule)],
        };
        configured.rules_of(bucket).flat_map(of).collect()
    }

    fn of_upload(name: &str, rule: &'c UploadRule) -> Vec<Self> {
        let auth_type = if rule.takes_forms() { AuthType::Form } else { AuthType::Link };
        let upload = Self {
            sid: sid("Upload", name),
            actions: &["s3:PutObject"],
            auth_type,
            version_2: rule.bucket().is_signed_with_version_2(),
            max_age_ms: u64::from(rule.expires().as_secs()) * 1_000,
            forbids_overwrite: rule.forbids_overwrite(),
            bucket: rule.bucket().bucket(),
            key: rule.key(),
        };
        let related = |sid: &str, actions, auth_type| Self {
            sid: upload.sid.clone() + sid,
            actions,
            auth_type,
            version_2: false, // even if the bucket's forms are signed with Version 2
            ..upload.clone()
        };
        let mut uses = Vec::new();
        // Parts are sent by PUT, and so are files from uploaders that do not support forms.
        let puts = rule.takes_parts() || (rule.takes_puts() && !rule.is_bound());
        if puts && auth_type == AuthType::Form {
            uses.push(related("Put", upload.actions, AuthType::Link));
        }
        if rule.takes_parts() {
            uses.push(related("Join", MULTIPART, AuthType::Header));
        }
        if rule.takes_confirmations() && !rule.is_bound() {
            let max_age_ms = CONFIRM_MAX_AGE_MS;
            let version_2 = upload.version_2;
            let confirm = |sid, actions| Self {
                version_2,
                max_age_ms,
                ..related(sid, actions, AuthType::Link)
            };
            uses.push(confirm("Confirm", &["s3:GetObject"]));
            if rule.deletes_mismatched() {
                uses.push(confirm("Delete", &["s3:DeleteObject"]));
            }
        }
        if !rule.is_bound() {
            uses.insert(0, upload);
        }
        uses
    }

    fn of_download(name: &str, rule: &'c DownloadRule) -> Self {
        Self {
            sid: sid("Download", name),
            actions: &["s3:GetObject"],
            auth_type: AuthType::Link,
            version_2: rule.bucket().is_signed_with_version_2(),
            max_age_ms: u64::from(rule.expires().as_secs()) * 1_000,
            forbids_overwrite: false,
            bucket: rule.bucket().bucket(),
            key: rule.key(),
        }
    }

    /// The ARN of the rule's keys, with `*` for each variable part.
    pub(crate) fn resource(&self) -> String {
        const VARIABLE: &str = "\u{0}";
        let pattern = self.key.pattern(VARIABLE);
        // In a policy these characters begin variables or are wildcards.
        let literal = pattern.replace('$', "${$}").replace('*', "${*}").replace('?', "${?}");
        format!("{}/{}", arn(self.bucket), literal.replace(VARIABLE, "*"))
    }

    /// Whether both uses may have the same key.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let (prefix, other_prefix) = (self.key.prefix(), other.key.prefix());
        prefix.starts_with(other_prefix) || other_prefix.starts_with(prefix)
    }

    pub(crate) fn writes(&self) -> bool {
        self.actions.contains(&"s3:PutObject")
    }

    pub(crate) fn deletes(&self) -> bool {
        self.actions.contains(&"s3:DeleteObject")
    }

    pub(crate) fn reads(&self) -> bool {
        self.actions.contains(&"s3:GetObject")
    }
}

/// The id of a statement, which has only letters and digits: `UploadAvatar`.
fn sid(kind: &str, name: &str) -> String {
    let words = name.split(['-', '_']).map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_ascii_uppercase() + rest
    });
    kind.to_owned() + &words.collect::<String>()
}

pub(crate) fn arn(bucket: &Bucket) -> String {
    // Other providers take Amazon's commercial partition.
    let partition = rules::amazon_partition(bucket.region().as_str()).unwrap_or("aws");
    format!("arn:{partition}:s3:::{}", bucket.name())
}
