//! The statements about what handed-out credentials can do with a prefix.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html>

use signer::Bucket;

use super::conditions::ascii_string;
use super::statements::Permission;
use super::uses::{Sid, arn};
use crate::bucket::entry::BucketEntry;
use crate::credentials_rule::action::Action;
use crate::credentials_rule::rule::CredentialsRule;
use crate::rules::Rules;

/// Returns what all rules of a bucket hand out: the role whose credentials are handed out needs these permissions.
#[must_use]
pub fn of_rules<'c>(rules: &'c Rules, bucket: &BucketEntry) -> Vec<Permission<'c>> {
    let rules = rules.credentials().filter(|(_, rule)| rule.bucket().name() == bucket.name());
    let of_rule = |(name, rule): (&'c str, &CredentialsRule)| {
        permissions(rule.bucket().bucket(), &rule.key().pattern("*"), rule.actions(), name)
    };
    rules.flat_map(of_rule).collect()
}

/// Returns what credentials for one prefix can do. The prefix has no wildcards, and ends with a slash.
pub(crate) fn of_prefix(
    bucket: &Bucket,
    prefix: &str,
    actions: &[Action],
) -> Vec<Permission<'static>> {
    permissions(bucket, &format!("{prefix}*"), actions, "")
}

/// `keys` ends with a wildcard.
fn permissions<'c>(
    bucket: &Bucket,
    keys: &str,
    actions: &[Action],
    rule: &'c str,
) -> Vec<Permission<'c>> {
    let bucket = arn(bucket);
    let permission = |kind, actions, resource, condition| Permission {
        sid: Sid::new(kind, rule),
        denies: false,
        actions,
        resource,
        condition,
    };
    let on_objects: Vec<_> =
        actions.iter().flat_map(|action| action.on_objects()).copied().collect();
    let mut permissions = Vec::new();
    if !on_objects.is_empty() {
        permissions.push(permission(
            "HandOut",
            on_objects,
            format!("{bucket}/{keys}"),
            String::new(),
        ));
    }
    if actions.contains(&Action::List) {
        // A list without a prefix, or with a shorter one, would name the objects of others.
        let condition = format!(r#"{{"StringLike":{{"s3:prefix":{}}}}}"#, ascii_string(keys));
        permissions.push(permission("HandOutList", vec!["s3:ListBucket"], bucket, condition));
    }
    permissions
}
