//! The S3 actions that the rules perform on a bucket.

use core::fmt;

use signer::Bucket;

use crate::bucket::amazon::partition::amazon_partition;
use crate::bucket::entry::BucketEntry;
use crate::download::rule::DownloadRule;
use crate::keys::template::KeyTemplate;
use crate::rules::Rules;
use crate::upload::attributes::tags::Tag;
use crate::upload::rule::UploadRule;

/// How a signature is sent, as S3 names it.
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html>
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum AuthType {
    /// In the fields of a form.
    Form,
    /// In the query of a URL.
    Link,
    /// The Worker's own requests, which begin, list, complete and abort uploads in parts.
    Header,
}

/// S3 actions that a rule performs on the bucket, and how they are signed.
#[derive(Clone, Debug)]
pub struct Use<'c> {
    /// The id of its statement: `UploadAvatar`.
    pub sid: Sid<'c>,
    /// The actions.
    pub actions: Vec<&'static str>,
    /// How the signature is sent.
    pub auth_type: AuthType,
    /// Whether requests are signed with Signature Version 2.
    pub version_2: bool,
    /// The age at which the rule's signatures expire, in milliseconds.
    pub max_age_ms: u64,
    /// Whether the rule forbids overwriting an object.
    pub forbids_overwrite: bool,
    /// The tag that an object must have.
    pub required_tag: Option<&'c Tag>,
    /// The bucket.
    pub bucket: &'c Bucket,
    /// The rule's template of keys.
    pub key: &'c KeyTemplate,
}

/// The id of a statement, which has only letters and digits: `UploadAvatar`.
#[derive(Clone, Copy, Debug)]
pub struct Sid<'c> {
    kind: &'static str,
    rule: &'c str,
    suffix: &'static str,
    end: &'static str,
    number: Option<usize>,
}

impl<'c> Sid<'c> {
    pub(super) const fn new(kind: &'static str, rule: &'c str) -> Self {
        Self { kind, rule, suffix: "", end: "", number: None }
    }

    /// Returns the id of another statement about the same use.
    pub(super) const fn ending_with(self, end: &'static str) -> Self {
        Self { end, ..self }
    }

    /// Returns the id with a number at its end.
    pub(super) const fn numbered(self, number: usize) -> Self {
        Self { number: Some(number), ..self }
    }
}

impl fmt::Display for Sid<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind)?;
        for word in self.rule.split(['-', '_']) {
            let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
            write!(f, "{}{rest}", first.to_ascii_uppercase())?;
        }
        f.write_str(self.suffix)?;
        f.write_str(self.end)?;
        self.number.map_or(Ok(()), |number| number.fmt(f))
    }
}

/// The actions that the Worker itself performs for uploads in parts.
const MULTIPART: &[&str] =
    &["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"];

/// The age of the signatures with which the Worker asks for an object when its upload is confirmed: they are sent at once.
const CONFIRM_MAX_AGE_MS: u64 = 60_000;

/// The actions by which the Worker removes one tag of an object.
const TAGGING: &[&str] = &["s3:GetObjectTagging", "s3:PutObjectTagging"];

impl AuthType {
    /// Returns S3's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Form => "POST",
            Self::Link => "REST-QUERY-STRING",
            Self::Header => "REST-HEADER",
        }
    }
}

impl<'c> Use<'c> {
    /// Returns the uses of all rules that name the bucket: uploads, then downloads, each sorted by name.
    #[must_use]
    pub fn all(rules: &'c Rules, bucket: &BucketEntry) -> Vec<Self> {
        let mut uses = Vec::new();
        for (name, rule) in rules.uploads() {
            if rule.bucket().name() == bucket.name() {
                uses.extend(Self::of_upload(name, rule));
            }
        }
        for (name, rule) in rules.downloads() {
            if rule.bucket().name() == bucket.name() && !rule.is_served() {
                uses.push(Self::of_download(name, rule));
            }
        }
        uses
    }

    fn of_upload(name: &'c str, rule: &'c UploadRule) -> Vec<Self> {
        let auth_type = if rule.takes_forms() { AuthType::Form } else { AuthType::Link };
        let upload = Self {
            sid: Sid::new("Upload", name),
            actions: vec!["s3:PutObject"],
            auth_type,
            version_2: rule.bucket().is_signed_with_version_2(),
            max_age_ms: u64::from(rule.expires().as_secs()) * 1_000,
            forbids_overwrite: rule.forbids_overwrite(),
            required_tag: None,
            bucket: rule.bucket().bucket(),
            key: rule.key(),
        };
        let related = |suffix, actions: &[&'static str], auth_type| Self {
            sid: Sid { suffix, ..upload.sid },
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

    fn of_download(name: &'c str, rule: &'c DownloadRule) -> Self {
        Self {
            sid: Sid::new("Download", name),
            actions: vec!["s3:GetObject"],
            auth_type: AuthType::Link,
            version_2: rule.bucket().is_signed_with_version_2(),
            max_age_ms: rule.expires().map_or(0, |expires| u64::from(expires.as_secs()) * 1_000),
            forbids_overwrite: false,
            required_tag: rule.required_tag(),
            bucket: rule.bucket().bucket(),
            key: rule.key(),
        }
    }

    /// Returns the ARN of the rule's keys, with `*` for each variable part.
    #[must_use]
    pub fn resource(&self) -> String {
        const VARIABLE: &str = "\u{0}";
        let pattern = self.key.pattern(VARIABLE);
        // In a policy these characters begin variables or are wildcards.
        let literal = pattern.replace('$', "${$}").replace('*', "${*}").replace('?', "${?}");
        format!("{}/{}", arn(self.bucket), literal.replace(VARIABLE, "*"))
    }

    /// Returns whether both uses may have the same key.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let (prefix, other_prefix) = (self.key.prefix(), other.key.prefix());
        prefix.starts_with(other_prefix) || other_prefix.starts_with(prefix)
    }

    /// Returns whether it stores objects.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.actions.contains(&"s3:PutObject")
    }

    /// Returns whether it deletes objects.
    #[must_use]
    pub fn deletes(&self) -> bool {
        self.actions.contains(&"s3:DeleteObject")
    }

    /// Returns whether it reads objects.
    #[must_use]
    pub fn reads(&self) -> bool {
        self.actions.contains(&"s3:GetObject")
    }
}

/// Returns the ARN of a bucket.
#[must_use]
pub fn arn(bucket: &Bucket) -> String {
    // Other providers take Amazon's commercial partition.
    let partition = amazon_partition(bucket.region().as_str()).unwrap_or("aws");
    format!("arn:{partition}:s3:::{}", bucket.name())
}
