//! Partitions: groups of regions with a domain and credentials of their own.
//!
//! Spec: <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>

use super::GLOBAL;
use super::partitions::PARTITIONS;

/// A partition.
#[derive(Debug)]
pub(crate) struct Partition {
    /// As in ARNs: `aws-cn`.
    pub(crate) name: &'static str,
    /// The domain of its hosts: `amazonaws.com.cn`.
    pub(crate) dns_suffix: &'static str,
    /// The part of its regions' names before the direction and the number: `us-gov` in `us-gov-west-1`.
    pub(crate) prefixes: &'static [&'static str],
    /// Whether S3 has dual-stack endpoints there.
    pub(crate) has_dual_stack: bool,
}

impl Partition {
    /// Returns the partition of a region; `None` if no region of Amazon has such a name.
    pub(crate) fn of(region: &str) -> Option<&'static Self> {
        if region == GLOBAL {
            return PARTITIONS.first();
        }
        let (rest, number) = region.rsplit_once('-')?;
        let (prefix, direction) = rest.rsplit_once('-')?;
        // Other providers have regions such as `us-west-004`.
        let is_number = matches!(number.as_bytes(), [b'1'..=b'9'] | [b'1'..=b'9', b'0'..=b'9']);
        if !is_number || !is_word(direction) {
            return None;
        }
        let listed = PARTITIONS.iter().find(|partition| partition.prefixes.contains(&prefix));
        // As in botocore, new countries belong to the commercial partition.
        listed.or_else(|| PARTITIONS.first().filter(|_| prefix.len() == 2 && is_word(prefix)))
    }

    /// Splits a host into the text before the partition's domain and the partition's domain.
    pub(crate) fn split_host(host: &str) -> Option<(&str, &'static str)> {
        PARTITIONS.iter().find_map(|partition| {
            let rest = host.strip_suffix(partition.dns_suffix)?.strip_suffix('.')?;
            Some((rest, partition.dns_suffix))
        })
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase())
}

/// Returns the partition of a region as ARNs name it, such as `aws-cn`; `None` if no region of Amazon has such a name.
///
/// ```
/// assert_eq!(rules::amazon_partition("us-isob-east-1"), Some("aws-iso-b"));
/// assert_eq!(rules::amazon_partition("auto"), None);
/// ```
#[must_use]
pub fn amazon_partition(region: &str) -> Option<&'static str> {
    Some(Partition::of(region)?.name)
}

#[cfg(test)]
mod tests {
    use super::super::endpoint;
    use super::*;

    /// The domains are those of botocore's `partitions.json`, the sources those of people who met another one.
    #[test]
    fn finds_the_partition_of_a_region() {
        for (region, name, url) in [
            ("eu-west-1", "aws", "https://s3.eu-west-1.amazonaws.com"),
            ("mx-central-1", "aws", "https://s3.mx-central-1.amazonaws.com"),
            ("ap-southeast-7", "aws", "https://s3.ap-southeast-7.amazonaws.com"),
            ("nz-south-1", "aws", "https://s3.nz-south-1.amazonaws.com"), // no region yet
            ("aws-global", "aws", "https://s3.amazonaws.com"),
            ("cn-northwest-1", "aws-cn", "https://s3.cn-northwest-1.amazonaws.com.cn"),
            // Lepozepo/S3#163
            ("us-gov-west-1", "aws-us-gov", "https://s3.us-gov-west-1.amazonaws.com"),
            // home-assistant/core#171731
            ("eusc-de-east-1", "aws-eusc", "https://s3.eusc-de-east-1.amazonaws.eu"),
            // minio/minio-go#2049, aws/aws-sdk-go#2219
            ("us-iso-east-1", "aws-iso", "https://s3.us-iso-east-1.c2s.ic.gov"),
            ("us-iso-west-1", "aws-iso", "https://s3.us-iso-west-1.c2s.ic.gov"),
            ("us-isob-east-1", "aws-iso-b", "https://s3.us-isob-east-1.sc2s.sgov.gov"),
            ("eu-isoe-west-1", "aws-iso-e", "https://s3.eu-isoe-west-1.cloud.adc-e.uk"),
            // aws/aws-sdk-js#4629
            ("us-isof-south-1", "aws-iso-f", "https://s3.us-isof-south-1.csp.hci.ic.gov"),
        ] {
            assert_eq!(amazon_partition(region), Some(name), "{region}");
            assert_eq!(endpoint(region).as_deref(), Some(url));
        }
    }

    #[test]
    fn does_not_guess_a_partition() {
        for region in [
            "",
            "auto",
            "garage",
            "nyc3",
            "RegionOne",
            "us-west-004",
            "fr-par",
            "aws-cn-global",
            "us-isox-east-1",
            "eusc-fr-west-1",
            "eu-west-",
            "eu-west-+1",
            "eu-west-1a",
            "eu--1",
            "-west-1",
            "EU-west-1",
            "eu-West-1",
        ] {
            assert_eq!(amazon_partition(region), None, "{region}");
            assert_eq!(endpoint(region), None);
        }
    }
}
