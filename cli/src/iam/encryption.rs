//! The statements about the keys of a key management service that encrypt the rules' objects.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>

use alloc::collections::{BTreeMap, BTreeSet};

use rules::{BucketEntry, Iam, KeyTemplate, UploadRule};
use serde_json::json;

use crate::configured::{Configured, Rule};
use crate::policy::{Effect, Statement};

/// One statement for each key: S3 makes data keys with it for uploads, and decrypts them for parts and downloads.
pub(super) fn statements(configured: &Configured, bucket: &BucketEntry) -> Vec<Statement> {
    if bucket.provider().iam() != Iam::Aws {
        return Vec::new();
    }
    let mut keys: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for named in configured.rules_of(bucket) {
        let Rule::Upload(rule) = named.rule else { continue };
        let Some(key) = rule.kms_key() else { continue };
        let actions = keys.entry(arn(bucket, key)).or_default();
        actions.insert("kms:GenerateDataKey");
        if rule.takes_parts() || is_downloaded(configured, rule) {
            actions.insert("kms:Decrypt");
        }
    }
    let statement =
        |(number, (key, actions)): (usize, (String, BTreeSet<&'static str>))| Statement {
            action: actions.into_iter().collect(),
            resource: vec![key],
            // Only for what S3 does, not for the user's own requests to the service.
            condition: Some(json!({ "StringLike": { "kms:ViaService": "s3.*" } })),
            ..Statement::new(Effect::Allow, format!("UseKey{number}"))
        };
    (1..).zip(keys).map(statement).collect()
}

/// Whether a download rule can read the objects of an upload rule.
fn is_downloaded(configured: &Configured, upload: &UploadRule) -> bool {
    let overlap = |key: &KeyTemplate| {
        let (prefix, other) = (key.prefix(), upload.key().prefix());
        prefix.starts_with(other) || other.starts_with(prefix)
    };
    configured.rules_of(upload.bucket()).any(|named| match named.rule {
        Rule::Upload(_) => false,
        Rule::Download(download) => overlap(download.key()),
    })
}

/// The ARN of a key; that of an ID in the bucket's region, in whichever account it is.
fn arn(bucket: &BucketEntry, key: &str) -> String {
    if key.starts_with("arn:") {
        return key.to_owned();
    }
    let region = bucket.bucket().region().as_str();
    let partition = rules::amazon_partition(region).unwrap_or("aws");
    format!("arn:{partition}:kms:{region}:*:key/{key}")
}
