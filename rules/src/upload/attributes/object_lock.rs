//! Object Lock: a retention until a date, before which nobody can delete or change the object's version.
//!
//! S3 requires a checksum of every request that locks an object, and of every part. Neither a form nor an upload in parts has
//! them, and S3 does not document the lock for forms.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>

use signer::{HeaderValue, UnixTime};

use super::AttributeName;
use super::of_rule::{RuleAttributes, RuleValue};
use crate::bucket::entry::BucketEntry;
use crate::bucket::features::{Feature, unsupported};
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::quantity;
use crate::config::reader::TableReader;

const MODE: &str = r#""GOVERNANCE" or "COMPLIANCE""#;
const RETENTION: &str = r#"a length of time such as "30 days", at most 36500 days"#;

/// Longest retention, in seconds: 36,500 days, S3's limit for a bucket's default.
const MAX_RETENTION: u64 = 36_500 * 86_400;

const ONLY_PUTS: &str = "a file is locked only by a PUT with a checksum, which neither forms nor parts nor uploaders send";

/// Reads `object_lock`.
pub(super) fn read(
    table: &mut TableReader<'_>,
    bucket: &BucketEntry,
    only_puts: bool,
    rule: &mut RuleAttributes,
) -> Result<(), ConfigError> {
    let Some(entry) = table.optional("object_lock") else { return Ok(()) };
    if !bucket.provider.features.has(Feature::ObjectLock) {
        return Err(unsupported(&entry, bucket.provider.name(), "locks of objects"));
    }
    if !only_puts {
        let kind = ConfigErrorKind::AttributeByOtherMethod;
        return Err(entry.problem(ONLY_PUTS).with_kind(kind));
    }
    let mut lock = TableReader::new(&entry)?;
    let is_mode = |text: &str| ["GOVERNANCE", "COMPLIANCE"].contains(&text);
    let mode = lock.required("mode", MODE)?.parsed(MODE, |text| is_mode(text).then_some(text))?;
    let secs = lock
        .required("retention", RETENTION)?
        .parsed(RETENTION, |text| quantity::seconds(text, MAX_RETENTION))?;
    lock.finish()?;
    rule.add_fixed(name("x-amz-object-lock-mode"), mode);
    rule.add(name("x-amz-object-lock-retain-until-date"), RuleValue::After(secs));
    Ok(())
}

fn name(text: &str) -> Option<AttributeName> {
    Some(AttributeName::new(text)?.needing("s3:PutObjectRetention"))
}

/// Writes a date as `2026-12-23T19:00:00Z`.
pub(super) fn date(until: UnixTime) -> HeaderValue {
    HeaderValue::new(&until.to_string()).expect("a date is ASCII")
}
