//! The S3 actions that the rules perform on a bucket.

use rules::{BucketEntry, DownloadRule, KeyTemplate, Tag, UploadRule};
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
    pub(crate) actions: Vec<&'static str>,
    pub(crate) auth_type: AuthType,
    /// Whether requests are signed with Signature Version 2.
    pub(crate) version_2: bool,
    pub(crate) max_age_ms: u64,
    /// Whether the rule forbids overwriting an object.
    pub(crate) forbids_overwrite: bool,
    /// The tag that an object must have.
    pub(crate) required_tag: Option<&'c Tag>,
    pub(crate) bucket: &'c Bucket,
    pub(crate) key: &'c KeyTemplate,
}

/// The actions that the Worker itself performs for uploads in parts.
const MULTIPART: &[&str] =
    &["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"];

/// The age of the signatures with which the Worker asks for an object when its upload is confirmed: they are sent at once.
const CONFIRM_MAX_AGE_MS: u64 = 60_000;

/// The actions by which the Worker removes one tag of an object.
const TAGGING: &[&str] = &["s3:GetObjectTagging", "s3:PutObjectTagging"];

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
            actions: vec!["s3:PutObject"],
            auth_type,
            version_2: rule.bucket().is_signed_with_version_2(),
            max_age_ms: u64::from(rule.expires().as_secs()) * 1_000,
            forbids_overwrite: rule.forbids_overwrite(),
            required_tag: None,
            bucket: rule.bucket().bucket(),
            key: rule.key(),
        };
        let related = |sid: &str, actions: &[&'static str], auth_type| Self {
            sid: upload.sid.clone() + sid,
            actions: actions.to_vec(),
            auth_type,
            version_2: false, // even if the bucket's forms are signed with Version 2
            ..upload.clone()
        };
        let mut uses = Vec::new();
        // Parts are sent by PUT, and so are files from uploaders that do not support forms.
        let whole_puts = rule.takes_puts() && !rule.is_bound();
        if (rule.takes_parts() || whole_puts) && auth_type == AuthType::Form {
            uses.push(related("Put", &upload.actions, AuthType::Link));
        }
        if rule.takes_parts() {
            uses.push(related("Join", MULTIPART, AuthType::Header));
        }
        let attributes = rule.attribute_actions();
        if !attributes.is_empty() {
            // Whole files have attributes, and so has the request that begins an upload in parts. Parts have none.
            let puts = whole_puts && auth_type == AuthType::Form;
            let sent = [
                (!rule.is_bound(), "Attributes", upload.auth_type, upload.version_2),
                (puts, "PutAttributes", AuthType::Link, false),
                (rule.takes_parts(), "JoinAttributes", AuthType::Header, false),
            ];
            let sent = sent.into_iter().filter(|(is_sent, ..)| *is_sent);
            uses.extend(sent.map(|(_, sid, auth_type, version_2)| Self {
                version_2,
                ..related(sid, &attributes, auth_type)
            }));
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
            if rule.expire_unconfirmed().is_some() {
                // The Worker removes the tag of an unconfirmed file, and keeps the others.
                uses.push(related("Tags", TAGGING, AuthType::Header));
            }
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
            actions: vec!["s3:GetObject"],
            auth_type: AuthType::Link,
            version_2: rule.bucket().is_signed_with_version_2(),
            max_age_ms: u64::from(rule.expires().as_secs()) * 1_000,
            forbids_overwrite: false,
            required_tag: rule.required_tag(),
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
