//! Regions that Amazon does not have, although their names have the form of one: `eu-west-9`.

use rules::{BucketEntry, Iam};

use super::regions::REGIONS;
use crate::configured::Configured;
use crate::finding::Finding;

pub(super) fn lint(configured: &Configured) -> Vec<Finding> {
    let each = |bucket| unknown(bucket, &configured.place_of_bucket(bucket));
    configured.rules.buckets().filter_map(each).collect()
}

/// A warning, since Amazon opens new regions.
fn unknown(bucket: &BucketEntry, place: &str) -> Option<Finding> {
    let region = bucket.bucket().region().as_str();
    if bucket.provider().iam() != Iam::Aws || REGIONS.binary_search(&region).is_ok() {
        return None;
    }
    let distance = |name: &&&str| strsim::osa_distance(region, name);
    let closest = REGIONS.iter().min_by_key(distance).filter(|name| distance(name) <= 2);
    let correction =
        closest.map(|name| format!("write region = {name:?}; or ")).unwrap_or_default();
    Some(
        Finding::warning("unknown-region", format!("{place}.region"))
            .says(format!("Amazon had no region {region:?} when this version of signpost was made, so the bucket's host would not exist"))
            .hint(format!("{correction}leave it, if the region is newer")),
    )
}
