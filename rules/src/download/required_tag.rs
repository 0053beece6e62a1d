//! The tag that an object must have before it can be read, such as the result of a virus scanner: `require_tag`.
//!
//! The bucket's policy enforces it, so a link to an object without the tag is answered 403. It is only as good as the answer to
//! the question who can set the tag.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html>

use alloc::sync::Arc;

use crate::bucket::entry::BucketEntry;
use crate::bucket::features::{Feature, unsupported};
use crate::bucket::provider::ExtraFields;
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::reader::ConfigValue;
use crate::download::writers::Writers;
use crate::keys::template::KeyTemplate;
use crate::upload::attributes::tags::{self, Tag};
use crate::upload::rule::UploadRule;

const GIVE_TAGS: &str = "give that rule `tags`, which fixes them";
const KEEP_APART: &str = "keep its prefix apart from these keys";

/// Reads `require_tag`, and refuses it where a policy does not enforce it, or where an uploader could set the tag.
pub(super) fn parse(
    entry: &ConfigValue<'_>,
    bucket: &Arc<BucketEntry>,
    key: &KeyTemplate,
    writers: Writers<'_>,
) -> Result<Tag, ConfigError> {
    if !bucket.provider.features.has(Feature::TagConditions) {
        return Err(unsupported(entry, bucket.provider.name(), "policies with conditions on tags"));
    }
    let tag = Tag::parse(entry)?;
    let uploads = writers.uploads(bucket, key).filter(|upload| leaves_tags_open(upload));
    let credentials = writers.credentials(bucket, key).filter(|rule| takes_any_tag(&rule.bucket));
    let uploads = uploads.map(|rule| (rule.access(), ConfigErrorKind::TagsOfUploader, GIVE_TAGS));
    let credentials =
        credentials.map(|rule| (rule.access(), ConfigErrorKind::TagsOfCredentials, KEEP_APART));
    match uploads.chain(credentials).next() {
        None => Ok(tag),
        Some((access, kind, advice)) => {
            let rule = access.rule().replace("uploads/", "UPLOADS.");
            let rule = rule.replace("credentials/", "CREDENTIALS.");
            let problem = format!(
                "a client of {rule} can send tags of its own, since this provider is not known to reject them: {advice}"
            );
            Err(entry.problem(&problem).with_kind(kind))
        }
    }
}

/// Whether a client can store tags that the grant does not name. Amazon rejects a field without a condition and an `x-amz-`
/// header without a signature. Of other servers this is not known, but all of them check a value that is signed.
fn leaves_tags_open(rule: &UploadRule) -> bool {
    takes_any_tag(&rule.bucket) && !rule.attributes.fixes(tags::HEADER)
}

/// Whether a server may store tags that its client has no permission to set.
fn takes_any_tag(bucket: &BucketEntry) -> bool {
    bucket.provider.extra_fields == ExtraFields::Unknown
}
