//! Chooses the bucket that a command works on.

use rules::BucketEntry;

use crate::configured::Configured;
use crate::failure::Failure;

/// The bucket with this name; without a name, the only bucket.
pub(crate) fn choose<'c>(
    configured: &'c Configured,
    name: Option<&str>,
) -> Result<&'c BucketEntry, Failure> {
    let buckets: Vec<_> = configured.rules.buckets().collect();
    let names = buckets.iter().map(|bucket| bucket.name()).collect::<Vec<_>>().join(", ");
    match (buckets.as_slice(), name) {
        ([], None) => Err(Failure::rejected("the configuration has no bucket")
            .hint("add [vars.BUCKETS.media]: README.md shows a complete example")),
        ([bucket], None) => Ok(bucket),
        (_, None) => Err(Failure::usage("the configuration has several buckets")
            .hint(format!("select one with --bucket: {names}"))),
        (buckets, Some(name)) => {
            let found = buckets.iter().find(|bucket| bucket.name() == name);
            found.copied().ok_or_else(|| {
                Failure::usage(format!("no bucket is named {name:?}"))
                    .hint(format!("the buckets are {names}"))
            })
        }
    }
}
