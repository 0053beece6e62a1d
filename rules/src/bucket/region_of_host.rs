//! Lookup of the regions that belong to a host name.

use crate::bucket::provider::{Endpoint, Provider};

/// Returns the regions that signatures for `host` may name, the default first; none if the host name does not reveal them.
///
/// The host may begin with a bucket's name if a fixed label such as `s3` follows: `media.s3.eu-west-1.amazonaws.com`.
///
/// ```
/// assert_eq!(rules::regions_of_host("s3.eu-west-1.amazonaws.com"), ["eu-west-1"]);
/// assert_eq!(rules::regions_of_host("0a1b.r2.cloudflarestorage.com"), ["auto", "us-east-1"]);
/// assert!(rules::regions_of_host("s3.example.com").is_empty());
/// ```
#[must_use]
pub fn regions_of_host(host: &str) -> Vec<&str> {
    let regions = Provider::all().iter().map(|provider| provider.regions_of(host));
    regions.into_iter().find(|regions| !regions.is_empty()).unwrap_or_default()
}

impl Provider {
    fn regions_of<'h>(&self, host: &'h str) -> Vec<&'h str> {
        match self.endpoint {
            Endpoint::Pattern(pattern) => {
                let mut patterns = [pattern].into_iter().chain(self.other_endpoints());
                patterns.find_map(|pattern| region_in(host, pattern)).into_iter().collect()
            }
            Endpoint::PerCustomer { example } => {
                let domain = example.split_once("<account>").map(|(_, domain)| domain);
                let belongs = domain.is_some_and(|domain| host.ends_with(domain));
                if belongs { self.regions.to_vec() } else { Vec::new() }
            }
        }
    }
}

/// Returns the part of a host that matches a pattern's `{region}`.
fn region_in<'h>(host: &'h str, pattern: &str) -> Option<&'h str> {
    let (before, after) = pattern.strip_prefix("https://")?.split_once("{region}")?;
    let rest = host.strip_suffix(after)?;
    // Without a literal label before it, the end of a bucket's name could be taken for a region.
    let after_bucket = || rest.rsplit_once(&format!(".{before}")).filter(|_| !before.is_empty());
    let is_label = |region: &&str| !region.is_empty() && !region.contains('.');
    rest.strip_prefix(before)
        .filter(is_label)
        .or_else(|| after_bucket().map(|(_, region)| region).filter(is_label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_region_only_where_it_is_certain() {
        for (host, regions) in [
            ("media.s3.eu-west-1.amazonaws.com", &["eu-west-1"][..]),
            ("s3.us-east-2.amazonaws.com", &["us-east-2"]),
            ("s3.cn-north-1.amazonaws.com.cn", &["cn-north-1"]),
            ("media.s3.dualstack.eu-west-1.amazonaws.com", &["eu-west-1"]),
            ("s3.media.s3.eu-west-1.amazonaws.com", &["eu-west-1"]),
            ("x.s3.y.s3.eu-west-1.amazonaws.com", &["eu-west-1"]),
            ("media.s3.us-west-004.backblazeb2.com", &["us-west-004"]),
            ("nyc3.digitaloceanspaces.com", &["nyc3"]),
            ("0a1b.r2.cloudflarestorage.com", &["auto", "us-east-1"]),
            ("0a1b.eu.r2.cloudflarestorage.com", &["auto", "us-east-1"]),
            ("media.s3.amazonaws.com", &[]),
            ("media.s3-website.eu-central-1.amazonaws.com", &[]),
            ("media.nyc3.cdn.digitaloceanspaces.com", &[]),
            ("my-s3.media.example.com", &[]),
            ("storage.googleapis.com", &[]),
            ("s3.example.com", &[]),
            ("", &[]),
        ] {
            assert_eq!(regions_of_host(host), regions, "{host}");
        }
    }
}
