//! Buckets of R2 whose key signs the Worker's own requests, although credentials for one request could.

use rules::BucketEntry;

use crate::configured::{Configured, NamedRule, Rule};
use crate::finding::Finding;

pub(super) fn lint(configured: &Configured) -> Vec<Finding> {
    let buckets = configured.rules.buckets();
    buckets.filter_map(|bucket| unrestricted_requests(configured, bucket)).collect()
}

/// Recommends derived credentials where only the Worker receives them. In a link they are a choice: its holder has them too.
fn unrestricted_requests(configured: &Configured, bucket: &BucketEntry) -> Option<Finding> {
    let is_derived = bucket.derives_credentials() || !bucket.can_derive_credentials();
    if is_derived || bucket.binding().is_some() {
        return None;
    }
    let is_link = |named: NamedRule<'_>| matches!(named.rule, Rule::Download(_));
    let sends = |named: NamedRule<'_>| match named.rule {
        Rule::Upload(upload) => upload.takes_parts() || upload.takes_confirmations(),
        Rule::Download(_) | Rule::Credentials(_) => false,
    };
    if configured.rules_of(bucket).any(is_link) || !configured.rules_of(bucket).any(sends) {
        return None;
    }
    let (id, _) = bucket.key_secrets()?;
    let prefix = id.as_str().strip_suffix("_ACCESS_KEY_ID")?;
    let place = format!("{}.credentials", configured.place_of_bucket(bucket));
    Some(
        Finding::recommendation("unrestricted-requests", place)
            .says("the bucket's key signs the Worker's own requests, although R2 can restrict each to one action on one object")
            .hint(format!(
                r#"write credentials = {{ secret = "{prefix}", temporary = true }}; docs/credentials.md describes it"#
            )),
    )
}
