//! Server-side encryption: `sse`.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html>

use super::AttributeName;
use super::of_rule::RuleAttributes;
use crate::bucket::entry::BucketEntry;
use crate::bucket::features::{Feature, unsupported};
use crate::config::error::ConfigError;
use crate::config::reader::{ConfigValue, TableReader};

const EXPECTED: &str = r#""AES256", "aws:kms", or a table such as { algorithm = "aws:kms", key = "arn:aws:kms:eu-west-1:111122223333:key/0f4c3b2a-..." }"#;
const KEY: &str =
    r#"the ARN or the ID of a key, such as "arn:aws:kms:eu-west-1:111122223333:key/0f4c3b2a-...""#;
const KMS: &str = "aws:kms";

/// A key of a key management service.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum KmsKey {
    /// The provider's key for S3, which needs no permission of its own.
    Default,
    /// An ARN, or an ID in the account of the bucket.
    Named(String),
}

/// Reads `sse`.
pub(super) fn read(
    table: &mut TableReader<'_>,
    bucket: &BucketEntry,
    rule: &mut RuleAttributes,
) -> Result<(), ConfigError> {
    let Some(entry) = table.optional("sse") else { return Ok(()) };
    let (algorithm, key, bucket_key) = values(&entry)?;
    let (feature, what) = match key {
        None => (Feature::Sse, "encryption with AES256 for each object"),
        Some(_) => (Feature::SseKms, "encryption with keys of a key management service"),
    };
    if !bucket.provider.features.has(feature) {
        return Err(unsupported(&entry, bucket.provider.name(), what));
    }
    rule.add_fixed(AttributeName::new("x-amz-server-side-encryption"), algorithm);
    if let Some(KmsKey::Named(id)) = &key {
        rule.add_fixed(AttributeName::new("x-amz-server-side-encryption-aws-kms-key-id"), id);
    }
    if bucket_key {
        let name = AttributeName::new("x-amz-server-side-encryption-bucket-key-enabled");
        rule.add_fixed(name, "true");
    }
    rule.kms_key = key;
    Ok(())
}

/// Reads the algorithm, the key, and whether S3 uses one data key for many objects.
fn values<'a>(entry: &ConfigValue<'a>) -> Result<(&'a str, Option<KmsKey>, bool), ConfigError> {
    if !entry.value.is_object() {
        let algorithm =
            entry.parsed(EXPECTED, |text| ["AES256", KMS].contains(&text).then_some(text))?;
        return Ok((algorithm, (algorithm == KMS).then_some(KmsKey::Default), false));
    }
    let mut table = TableReader::new(entry)?;
    let expected = r#""aws:kms""#;
    let algorithm = table
        .required("algorithm", expected)?
        .parsed(expected, |text| (text == KMS).then_some(text))?;
    let key = table.required("key", KEY)?.parsed(KEY, |text| is_key(text).then(|| text.into()))?;
    let bucket_key = table.switch("bucket_key")?;
    table.finish()?;
    Ok((algorithm, Some(KmsKey::Named(key)), bucket_key))
}

/// Whether a text can be a key's ARN or ID. An alias is refused, since no policy can name the key behind it.
fn is_key(text: &str) -> bool {
    let id = text.split_once(":key/").map_or(text, |(_, id)| id);
    let is_arn = text.starts_with("arn:") && text.contains(":kms:") && id != text;
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (is_arn || id == text)
        && (1..=128).contains(&id.len())
        && id.bytes().all(valid)
        && text.len() <= 256
        && text.bytes().all(|byte| valid(byte) || b":/".contains(&byte))
}
