//! Where a provider's security token service is, and the region that signatures for it name.

use signer::{HttpUrl, Region};

use crate::bucket::amazon;
use crate::bucket::amazon::partition::Partition;
use crate::bucket::provider::{Provider, Sts};

const US_EAST_1: &str = amazon::GLOBAL_REGION;

/// Returns the URL of the service for a bucket; `None` if the configuration must name it.
pub(super) fn of_bucket(provider: &Provider, endpoint: &str, region: &Region) -> Option<String> {
    match provider.sts {
        Sts::None => None,
        Sts::Amazon => {
            let suffix = Partition::of(region.as_str())?.dns_suffix;
            Some(format!("https://sts.{}.{suffix}", region.as_str()))
        }
        Sts::Global(url) => Some(url.to_owned()),
        Sts::SameEndpoint => Some(endpoint.to_owned()),
    }
}

/// Returns the region that signatures for the service at `url` name.
pub(super) fn region(provider: &Provider, url: &HttpUrl<'_>, bucket: &Region) -> Option<Region> {
    let name = match provider.sts {
        Sts::Amazon => of_amazon(url.host()),
        Sts::Global(_) => US_EAST_1,
        Sts::None | Sts::SameEndpoint => bucket.as_str(),
    };
    Region::new(name).ok()
}

/// Returns the region in a host of Amazon's service: the label after `sts`, as in `sts.eu-west-1.amazonaws.com`. Without a
/// region it is the global host.
fn of_amazon(host: &str) -> &str {
    let mut labels = host.split('.').skip_while(|label| !matches!(*label, "sts" | "sts-fips"));
    let region = labels.nth(1).filter(|region| Partition::of(region).is_some());
    region.unwrap_or(US_EAST_1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_name_the_region_of_the_host() {
        for (host, region) in [
            ("sts.eu-west-1.amazonaws.com", "eu-west-1"),
            ("sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("sts-fips.us-west-2.amazonaws.com", "us-west-2"),
            ("vpce-0a1b-2c3d.sts.eu-central-1.vpce.amazonaws.com", "eu-central-1"),
            ("sts.amazonaws.com", "us-east-1"),
            ("localhost", "us-east-1"),
        ] {
            assert_eq!(of_amazon(host), region, "{host}");
        }
    }
}
