//! The tag that an object must have before it can be read, such as the result of a virus scanner: `require_tag`.
//!
//! The bucket's policy enforces it, so a link to an object without the tag is answered 403. It is only as good as the answer to
//! the question who can set the tag.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html>

use alloc::sync::Arc;

use litemap::LiteMap;

use crate::bucket::entry::BucketEntry;
use crate::bucket::features::{Feature, unsupported};
use crate::bucket::provider::ExtraFields;
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::reader::ConfigValue;
use crate::download::header_source::writers;
use crate::keys::template::KeyTemplate;
use crate::upload::attributes::tags::{self, Tag};
use crate::upload::rule::UploadRule;

/// Reads `require_tag`, and refuses it where a policy does not enforce it, or where an uploader could set the tag.
pub(super) fn parse(
    entry: &ConfigValue<'_>,
    bucket: &Arc<BucketEntry>,
    key: &KeyTemplate,
    uploads: &LiteMap<String, UploadRule>,
) -> Result<Tag, ConfigError> {
    if !bucket.provider.features.has(Feature::TagConditions) {
        return Err(unsupported(entry, bucket.provider.name(), "policies with conditions on tags"));
    }
    let tag = Tag::parse(entry)?;
    let open = writers(bucket, key, uploads.values()).find(|upload| leaves_tags_open(upload));
    match open {
        None => Ok(tag),
        Some(upload) => {
            let rule = upload.access().rule().replace("uploads/", "UPLOADS.");
            let problem = format!(
                "a client of {rule} can send tags of its own, since this provider is not known to reject them: give that rule `tags`, which fixes them"
            );
            Err(entry.problem(&problem).with_kind(ConfigErrorKind::TagsOfUploader))
        }
    }
}

/// Whether a client can store tags that the grant does not name. Amazon rejects a field without a condition and an `x-amz-`
/// header without a signature. Of other servers this is not known, but all of them check a value that is signed.
fn leaves_tags_open(rule: &UploadRule) -> bool {
    rule.bucket.provider.extra_fields == ExtraFields::Unknown
        && !rule.attributes.fixes(tags::HEADER)
}
