//! The attributes whose values are names: the storage class and the access control list.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>

use signer::FieldName;

use super::AttributeName;
use super::of_rule::RuleAttributes;
use crate::bucket::entry::BucketEntry;
use crate::bucket::features::{StorageClasses, unsupported};
use crate::config::error::ConfigError;
use crate::config::join_names::join_names;
use crate::config::reader::{ConfigValue, TableReader};

/// Reads `storage_class` and `acl`.
pub(super) fn read(
    table: &mut TableReader<'_>,
    bucket: &BucketEntry,
    rule: &mut RuleAttributes,
) -> Result<(), ConfigError> {
    if let Some(entry) = table.optional("storage_class") {
        let is_google = bucket.signature.is_google();
        let name = if is_google { "x-goog-storage-class" } else { "x-amz-storage-class" };
        rule.add_fixed(AttributeName::new(name), storage_class(&entry, bucket)?);
    }
    if let Some(entry) = table.optional("acl") {
        let acls = bucket.provider.features.acls;
        let acl = one_of(&entry, bucket, acls, "access control lists of objects")?;
        let name = AttributeName::of_field(FieldName::ACL, "x-amz-acl");
        rule.add_fixed(name.map(|name| name.needing("s3:PutObjectAcl")), acl);
        rule.acl = Some(acl);
    }
    Ok(())
}

fn storage_class<'a>(
    entry: &ConfigValue<'a>,
    bucket: &BucketEntry,
) -> Result<&'a str, ConfigError> {
    match bucket.provider.features.classes {
        StorageClasses::Listed(names) => one_of(entry, bucket, names, "storage classes of objects"),
        StorageClasses::Any => {
            const EXPECTED: &str = r#"a storage class such as "STANDARD_IA""#;
            entry.parsed(EXPECTED, |name| is_class(name).then_some(name))
        }
    }
}

/// Reads one of the names that the provider has.
fn one_of(
    entry: &ConfigValue<'_>,
    bucket: &BucketEntry,
    names: &'static [&'static str],
    what: &str,
) -> Result<&'static str, ConfigError> {
    if names.is_empty() {
        return Err(unsupported(entry, bucket.provider.name(), what));
    }
    let text = entry.value.as_str();
    names.iter().copied().find(|name| Some(*name) == text).ok_or_else(|| {
        let names = join_names(names.iter().copied());
        entry.expected(&format!("one of {names}"))
    })
}

fn is_class(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(is_part)
}
