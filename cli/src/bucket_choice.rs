//! Which bucket a command is about.

use crate::configured::{Configured, Entry};
use crate::failure::Failure;

/// The bucket of that name, or the only one.
pub(crate) fn choose<'c>(
    configured: &'c Configured,
    name: Option<&str>,
) -> Result<Entry<'c>, Failure> {
    let mut buckets = configured.entries("BUCKETS");
    let names = buckets.iter().map(|entry| entry.name).collect::<Vec<_>>().join(", ");
    if let Some(name) = name {
        buckets.retain(|entry| entry.name == name);
    }
    match (buckets.pop(), buckets.is_empty(), name) {
        (Some(bucket), true, _) => Ok(bucket),
        (None, _, None) => Err(Failure::refused("the configuration has no bucket")
            .hint("write [vars.BUCKETS.media]: README.md explains one rule")),
        (None, _, Some(name)) => Err(Failure::usage(format!("no bucket is named {name:?}"))
            .hint(format!("there are {names}"))),
        (Some(_), ..) => Err(Failure::usage("there are several buckets")
            .hint(format!("name one with --bucket: {names}"))),
    }
}
