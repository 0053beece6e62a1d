//! The region in the name of an Amazon host.
//!
//! Spec: <https://docs.aws.amazon.com/general/latest/gr/s3.html>

use super::partition::Partition;

/// Services whose label is directly before the region, or before `dualstack`. Websites are not signed.
const SERVICES: &[&str] = &["s3", "s3-accesspoint", "s3-object-lambda", "s3-outposts"];

/// Returns the region of an S3 host of Amazon, with or without a bucket before it; `None` if the host has none.
pub(crate) fn region_of_host(host: &str) -> Option<&str> {
    let (rest, domain) = Partition::split_host(host)?;
    // An endpoint in a private network: bucket.vpce-0a1b-2c3d.s3.us-east-1.vpce.amazonaws.com
    let rest = rest.strip_suffix(".vpce").unwrap_or(rest);
    let is_region = |region: &&str| {
        Partition::of(region).is_some_and(|partition| partition.dns_suffix == domain)
    };
    let (before, last) = rest.rsplit_once('.').unwrap_or(("", rest));
    if let Some(region) = old_region(last).filter(is_region) {
        return Some(region);
    }
    let before = before.strip_suffix(".dualstack").unwrap_or(before);
    let label = before.rsplit_once('.').map_or(before, |(_, label)| label);
    let service = label.strip_suffix("-fips").unwrap_or(label);
    let is_s3 = SERVICES.contains(&service) || label.starts_with("s3express-");
    Some(last).filter(|_| is_s3).filter(is_region)
}

/// The region in a label of former times: `s3-eu-west-1`, `s3-fips-us-gov-west-1`.
fn old_region(label: &str) -> Option<&str> {
    match label.strip_prefix("s3-")? {
        "external-1" => Some("us-east-1"),
        region => Some(region.strip_prefix("fips-").unwrap_or(region)),
    }
}
