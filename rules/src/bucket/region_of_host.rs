//! Lookup of the regions that belong to a host name.

use crate::bucket::amazon::region_of_host::region_of_host;
use crate::bucket::hosts::{HOSTS, Regions};
use crate::bucket::provider::{Endpoint, Provider};

/// Returns the regions that signatures for `host` may name, the default first; none if the host name does not reveal them.
///
/// The host may begin with a bucket's name: `media.s3.eu-west-1.amazonaws.com`.
///
/// ```
/// assert_eq!(rules::regions_of_host("s3.eu-west-1.amazonaws.com"), ["eu-west-1"]);
/// assert_eq!(rules::regions_of_host("0a1b.r2.cloudflarestorage.com"), ["auto", "us-east-1"]);
/// assert!(rules::regions_of_host("s3.example.com").is_empty());
/// ```
#[must_use]
pub fn regions_of_host(host: &str) -> Vec<&str> {
    let listed = HOSTS.iter().find_map(|row| {
        let region = in_pattern(host, row.pattern)?;
        Some(match row.regions {
            Regions::InName => vec![region],
            Regions::InNameOr(other) => vec![region, other],
            Regions::Fixed(regions) => regions.to_vec(),
        })
    });
    let of_provider = || {
        let regions = Provider::all().iter().map(|provider| provider.regions_of(host));
        regions.into_iter().find(|regions| !regions.is_empty())
    };
    listed.or_else(of_provider).unwrap_or_default()
}

impl Provider {
    fn regions_of<'h>(&self, host: &'h str) -> Vec<&'h str> {
        match self.endpoint {
            Endpoint::Amazon => region_of_host(host).into_iter().collect(),
            Endpoint::Pattern(pattern) => {
                let pattern = pattern.trim_start_matches("https://");
                let region = in_pattern(host, pattern).filter(|region| !region.is_empty());
                region.into_iter().collect()
            }
            Endpoint::PerCustomer { example } => {
                let domain = example.split_once("<account>").map(|(_, domain)| domain);
                let belongs = domain.is_some_and(|domain| host.ends_with(domain));
                if belongs { self.regions.to_vec() } else { Vec::new() }
            }
        }
    }
}

/// Returns the label of a host at a pattern's `{region}`; an empty text if the pattern has none and the host is equal.
///
/// A bucket may be before the pattern. A pattern that begins with `{region}` matches only regions with a digit at the end,
/// so that neither a bucket nor `cdn` is taken for one.
fn in_pattern<'h>(host: &'h str, pattern: &str) -> Option<&'h str> {
    let Some((before, after)) = pattern.split_once("{region}") else {
        let bucket = host.strip_suffix(pattern)?;
        return (bucket.is_empty() || bucket.ends_with('.')).then_some("");
    };
    let rest = host.strip_suffix(after)?;
    let (left, region) = rest.rsplit_once('.').unwrap_or(("", rest));
    let service = before.trim_end_matches('.');
    let is_below = left == service || left.strip_suffix(service)?.ends_with('.');
    let is_certain = if service.is_empty() {
        region.ends_with(|c: char| c.is_ascii_digit())
    } else {
        is_below && !region.is_empty()
    };
    is_certain.then_some(region)
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
            ("media.s3.dualstack.cn-north-1.amazonaws.com.cn", &["cn-north-1"]),
            ("s3.media.s3.eu-west-1.amazonaws.com", &["eu-west-1"]),
            ("x.s3.y.s3.eu-west-1.amazonaws.com", &["eu-west-1"]),
            ("media.s3-fips.us-gov-west-1.amazonaws.com", &["us-gov-west-1"]),
            ("media.s3-fips.dualstack.us-east-1.amazonaws.com", &["us-east-1"]),
            ("media.s3.eusc-de-east-1.amazonaws.eu", &["eusc-de-east-1"]),
            ("media.s3.us-isob-east-1.sc2s.sgov.gov", &["us-isob-east-1"]),
            // home-assistant/core#171731
            ("s3.eusc-de-east-1.amazonaws.eu", &["eusc-de-east-1"]),
            // Lepozepo/S3#163, fog/fog#144
            ("s3-us-gov-west-1.amazonaws.com", &["us-gov-west-1"]),
            ("media.s3-eu-west-1.amazonaws.com", &["eu-west-1"]),
            ("s3-fips-us-gov-west-1.amazonaws.com", &["us-gov-west-1"]),
            ("media.s3-external-1.amazonaws.com", &["us-east-1"]),
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html
            ("prod-123456789012.s3-accesspoint.us-west-2.amazonaws.com", &["us-west-2"]),
            (
                "a-123456789012.s3-accesspoint-fips.dualstack.us-east-1.amazonaws.com",
                &["us-east-1"],
            ),
            ("a-123456789012.s3-object-lambda.eu-central-1.amazonaws.com", &["eu-central-1"]),
            ("media--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com", &["us-west-2"]),
            (
                "a--use1-az4--x-s3.s3express-fips-use1-az4.dualstack.us-east-1.amazonaws.com",
                &["us-east-1"],
            ),
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
            ("media.bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com", &["us-east-1"]),
            ("media.s3.us-west-004.backblazeb2.com", &["us-west-004"]),
            ("nyc3.digitaloceanspaces.com", &["nyc3", "us-east-1"]),
            ("media.nyc3.digitaloceanspaces.com", &["nyc3", "us-east-1"]),
            ("media.fsn1.your-objectstorage.com", &["fsn1"]),
            ("media.s3.fr-par.scw.cloud", &["fr-par"]),
            ("media.s3.gra.io.cloud.ovh.net", &["gra"]),
            ("media.s3.gra.perf.cloud.ovh.net", &["gra"]),
            ("s3.us-east-va.io.cloud.ovh.us", &["us-east-va"]),
            ("s3.wasabisys.com", &["us-east-1"]),
            ("media.s3.wasabisys.com", &["us-east-1"]),
            ("media.s3.nl-1.wasabisys.com", &["eu-central-1"]),
            ("media.s3.ap-northeast-1.wasabisys.com", &["ap-northeast-1"]),
            ("media.t3.storage.dev", &["auto"]),
            ("fly.storage.tigris.dev", &["auto"]),
            ("0a1b.r2.cloudflarestorage.com", &["auto", "us-east-1"]),
            ("0a1b.eu.r2.cloudflarestorage.com", &["auto", "us-east-1"]),
            ("media.0a1b.us.r2.cloudflarestorage.com", &["auto", "us-east-1"]),
            ("0a1b.fedramp.r2.cloudflarestorage.com", &["auto", "us-east-1"]),
        ] {
            assert_eq!(regions_of_host(host), regions, "{host}");
        }
    }

    #[test]
    fn does_not_guess_a_region() {
        for host in [
            "",
            "media.s3.amazonaws.com",
            "media.s3-accelerate.amazonaws.com",
            "media.s3-accelerate.dualstack.amazonaws.com",
            "abc.mrap.accesspoint.s3-global.amazonaws.com",
            "media.s3-website.eu-central-1.amazonaws.com",
            "media.s3-website-us-east-1.amazonaws.com",
            "media.s3-eu-west-1.s3.amazonaws.com",
            "ec2.eu-west-1.amazonaws.com",
            // A partition's region on another partition's domain.
            "media.s3.cn-north-1.amazonaws.com",
            "media.s3.eu-west-1.amazonaws.eu",
            "media.s3.us-west-004.amazonaws.com",
            "s3.eu-west-1.amazonaws.com.example.com",
            "evil-amazonaws.com",
            "media.nyc3.cdn.digitaloceanspaces.com",
            "media.digitaloceanspaces.com",
            "my-s3.media.example.com",
            "xs3.gra.io.cloud.ovh.net",
            // Its regions have capitals: juicedata/juicefs#1168.
            "s3.gra.cloud.ovh.net",
            "evilt3.storage.dev",
            "storage.googleapis.com",
            "s3.example.com",
            // https://supabase.com/docs/guides/storage/s3/authentication
            "abcdefghijklmnop.storage.supabase.co",
        ] {
            assert!(regions_of_host(host).is_empty(), "{host}");
        }
    }
}
