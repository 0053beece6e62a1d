//! Amazon's hosts: partitions, endpoints and the kinds of buckets.
//!
//! Spec: <https://docs.aws.amazon.com/general/latest/gr/s3.html>

pub(crate) mod address;
pub(crate) mod arn;
pub(crate) mod error;
pub(crate) mod kind;
pub(crate) mod partition;
mod partitions;
pub(crate) mod region_of_host;

use self::partition::Partition;

/// The name that the AWS tools give to the endpoint without a region. Signatures for it name `us-east-1`.
pub(crate) const GLOBAL: &str = "aws-global";

/// The region of [`GLOBAL`].
pub(crate) const GLOBAL_REGION: &str = "us-east-1";

/// Returns the endpoint of a region; `None` if no partition has the region.
pub(crate) fn endpoint(region: &str) -> Option<String> {
    let suffix = Partition::of(region)?.dns_suffix;
    let region = if region == GLOBAL { String::new() } else { format!("{region}.") };
    Some(format!("https://s3.{region}{suffix}"))
}
