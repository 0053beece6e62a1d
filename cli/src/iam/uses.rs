//! What the rules do with a bucket, in S3's own words.

use rules::{DownloadRule, UploadRule};
use signer::Bucket;

use crate::configured::{Configured, Entry};

/// How S3 names the way in which a signature travels.
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html>
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum AuthType {
    Form,
    Link,
    /// The Worker's own requests, which begin, list, join and drop uploads in parts.
    Header,
}

/// One thing that a rule does with the bucket.
#[derive(Clone, Debug)]
pub(crate) struct Use<'c> {
    /// `UploadAvatar`
    pub(crate) sid: String,
    pub(crate) actions: &'static [&'static str],
    pub(crate) auth_type: AuthType,
    /// Whether the signature is of version 2.
    pub(crate) outdated: bool,
    pub(crate) max_age_ms: u64,
    /// Whether it must not take the place of an object.
    pub(crate) creates: bool,
    pub(crate) bucket: &'c Bucket,
    pub(crate) entry: Entry<'c>,
}

/// What joining parts takes besides storing them, all of it by the Worker itself.
const JOIN: &[&str] = &["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"];

/// Whether a rule names the bucket, even one for which the Worker needs no credentials.
pub(crate) fn names(configured: &Configured, bucket: &Entry<'_>) -> bool {
    let rules =
        ["UPLOADS", "DOWNLOADS"].into_iter().flat_map(|section| configured.entries(section));
    rules.into_iter().any(|entry| entry.text("bucket") == Some(bucket.name))
}

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
    pub(crate) fn all(configured: &'c Configured, bucket: &Entry<'_>) -> Vec<Self> {
        let of = |section: &str, name: &str| {
            let entry = configured.entry(section, name)?;
            (entry.text("bucket") == Some(bucket.name)).then_some(entry)
        };
        let outdated = bucket.text("signature") == Some("v2");
        let uploads = configured.rules.uploads().filter_map(|(name, rule)| {
            Some(Self::of_upload(name, rule, of("UPLOADS", name)?, outdated))
        });
        let downloads = configured.rules.downloads().filter_map(|(name, rule)| {
            Some(Self::of_download(name, rule, of("DOWNLOADS", name)?, outdated))
        });
        uploads.flatten().chain(downloads).collect()
    }

    fn of_upload(name: &str, rule: &'c UploadRule, entry: Entry<'c>, outdated: bool) -> Vec<Self> {
        let auth_type = if rule.takes_forms() { AuthType::Form } else { AuthType::Link };
        let whole = Self {
            sid: sid("Upload", name),
            actions: &["s3:PutObject"],
            auth_type,
            outdated,
            max_age_ms: u64::from(rule.expires().as_secs()) * 1_000,
            creates: rule.forbids_overwrite(),
            bucket: rule.bucket(),
            entry,
        };
        let other = |sid: &str, actions, auth_type| Self {
            sid: whole.sid.clone() + sid,
            actions,
            auth_type,
            outdated: false, // whatever the bucket's forms are
            ..whole.clone()
        };
        let mut uses = Vec::new();
        // Parts are sent by PUT, and so are files by uploaders that take no form.
        let puts = rule.takes_parts() || (rule.takes_puts() && !rule.is_bound());
        if puts && auth_type == AuthType::Form {
            uses.push(other("Put", whole.actions, AuthType::Link));
        }
        if rule.takes_parts() {
            uses.push(other("Join", JOIN, AuthType::Header));
        }
        if !rule.is_bound() {
            uses.insert(0, whole);
        }
        uses
    }

    fn of_download(name: &str, rule: &'c DownloadRule, entry: Entry<'c>, outdated: bool) -> Self {
        Self {
            sid: sid("Download", name),
            actions: &["s3:GetObject"],
            auth_type: AuthType::Link,
            outdated,
            max_age_ms: u64::from(rule.expires().as_secs()) * 1_000,
            creates: false,
            bucket: rule.bucket(),
            entry,
        }
    }

    /// The keys that the rule makes, with `*` where it leaves them open.
    pub(crate) fn resource(&self) -> String {
        const OPEN: &str = "\u{0}";
        let pattern = self.entry.key_pattern(OPEN);
        // A policy would take these characters for wildcards and variables of its own.
        let literal = pattern.replace('$', "${$}").replace('*', "${*}").replace('?', "${?}");
        format!("{}/{}", arn(self.bucket), literal.replace(OPEN, "*"))
    }

    /// Whether some key may be of both.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.entry.key_prefix(), other.entry.key_prefix());
        mine.starts_with(theirs) || theirs.starts_with(mine)
    }

    pub(crate) fn writes(&self) -> bool {
        self.actions.contains(&"s3:PutObject")
    }
}

/// Letters and digits, as a statement's id has to be: `UploadAvatar`.
fn sid(kind: &str, name: &str) -> String {
    let words = name.split(['-', '_']).map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_ascii_uppercase() + rest
    });
    kind.to_owned() + &words.collect::<String>()
}

pub(crate) fn arn(bucket: &Bucket) -> String {
    let partition = match bucket.region().as_str() {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    format!("arn:{partition}:s3:::{}", bucket.name())
}
