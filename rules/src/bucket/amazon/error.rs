//! Errors of bucket addresses.

use core::fmt;

use signer::InvalidBucket;

/// Why a bucket's URL cannot be made, or a request for it not be signed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum InvalidAddress {
    /// The name or the endpoint is invalid.
    Bucket(InvalidBucket),
    /// No region is given.
    RegionMissing,
    /// No partition of Amazon has the region, and no endpoint is given.
    Region,
    /// The ARN is not that of an access point.
    Arn,
    /// The ARN of a bucket, which is named by its name.
    BucketArn,
    /// The ARN's region belongs to another partition than the ARN.
    ArnPartition,
    /// A Multi-Region Access Point, for which only signatures of `SigV4A` are valid.
    MultiRegion,
    /// An ARN or alias of another service: Object Lambda, Outposts, S3 Tables.
    OtherService,
    /// A directory bucket's name without the id of a zone, or with a dot.
    Zone,
    /// Access points and directory buckets have no path-style URLs.
    PathStyle,
    /// No FIPS endpoints in China.
    Fips,
    /// No dual-stack endpoints in the region's partition.
    DualStack,
    /// Transfer acceleration is not possible here.
    Accelerate,
    /// Dual-stack, FIPS and accelerate endpoints belong to Amazon, so they exclude another endpoint.
    SettingsWithEndpoint,
}

impl From<InvalidBucket> for InvalidAddress {
    fn from(error: InvalidBucket) -> Self {
        Self::Bucket(error)
    }
}

impl fmt::Display for InvalidAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bucket(error) => return error.fmt(f),
            Self::RegionMissing => "the region is missing",
            Self::Region => "no known region of Amazon has this name, and no endpoint is given",
            Self::Arn => "expected an access point such as arn:aws:s3:eu-west-1:123456789012:accesspoint/name",
            Self::BucketArn => "a bucket is named by its name, not by its ARN",
            Self::ArnPartition => "the region in the ARN does not belong to the partition in the ARN",
            Self::MultiRegion => "a Multi-Region Access Point accepts only SigV4A signatures (AWS4-ECDSA-P256-SHA256), which are not supported",
            Self::OtherService => "only S3 itself is supported, not S3 Object Lambda, S3 on Outposts or S3 Tables",
            Self::Zone => "a directory bucket's name contains the id of its zone, as in media--usw2-az1--x-s3, and no dot",
            Self::PathStyle => "access points and directory buckets have no path-style URLs",
            Self::Fips => "Amazon has no FIPS endpoints in China",
            Self::DualStack => "Amazon has no dual-stack endpoints in this region",
            Self::Accelerate => "transfer acceleration needs a general purpose bucket outside China, without a dot in its name, a virtual-hosted URL, and no FIPS endpoint",
            Self::SettingsWithEndpoint => "dual-stack, FIPS and accelerate endpoints cannot be combined with another endpoint",
        })
    }
}

impl core::error::Error for InvalidAddress {}
