//! The statements about the keys of a key management service that encrypt the rules' objects.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>

use litemap::LiteMap;

use super::statements::Permission;
use super::uses::Sid;
use crate::bucket::amazon::partition::amazon_partition;
use crate::bucket::entry::BucketEntry;
use crate::bucket::provider::Iam;
use crate::keys::template::KeyTemplate;
use crate::rules::Rules;
use crate::upload::rule::UploadRule;

const BOTH: &[&str] = &["kms:Decrypt", "kms:GenerateDataKey"];

/// Returns one statement for each key: S3 makes data keys with it for uploads, and decrypts them for parts and downloads.
#[must_use]
pub fn encryption(rules: &Rules, bucket: &BucketEntry) -> Vec<Permission<'static>> {
    let mut keys: LiteMap<String, bool> = LiteMap::new();
    for (_, rule) in rules.uploads().filter(|(_, rule)| rule.bucket().name() == bucket.name()) {
        if let Some(key) = rule.kms_key().filter(|_| bucket.provider().iam() == Iam::Aws) {
            let decrypts = keys.entry(arn(bucket, key)).or_insert(false);
            *decrypts |= rule.takes_parts() || is_downloaded(rules, rule);
        }
    }
    let permission = |(number, (key, decrypts)): (usize, (&String, &bool))| Permission {
        sid: Sid::new("UseKey", "").numbered(number),
        denies: false,
        actions: if *decrypts { BOTH.to_vec() } else { vec!["kms:GenerateDataKey"] },
        resource: key.clone(),
        // Only for what S3 does, not for the user's own requests to the service.
        condition: r#"{"StringLike":{"kms:ViaService":"s3.*"}}"#.to_owned(),
    };
    (1..).zip(keys.iter()).map(permission).collect()
}

/// Returns whether a download rule can read the objects of an upload rule.
fn is_downloaded(rules: &Rules, upload: &UploadRule) -> bool {
    let overlap = |key: &KeyTemplate| {
        let (prefix, other) = (key.prefix(), upload.key().prefix());
        prefix.starts_with(other) || other.starts_with(prefix)
    };
    let mut downloads = rules.downloads();
    downloads.any(|(_, rule)| rule.bucket().name() == upload.bucket().name() && overlap(rule.key()))
}

/// Returns the ARN of a key; that of an ID in the bucket's region, in whichever account it is.
fn arn(bucket: &BucketEntry, key: &str) -> String {
    if key.starts_with("arn:") {
        return key.to_owned();
    }
    let region = bucket.bucket().region().as_str();
    let partition = amazon_partition(region).unwrap_or("aws");
    format!("arn:{partition}:kms:{region}:*:key/{key}")
}
