//! Finds the URL of the bucket, with hints for the command line.

use rules::{AmazonBucketKind, BucketAddress, InvalidAddress, ResolvedBucket};
use signer::InvalidBucket;

use super::args::Action;
use crate::failure::Failure;

/// The hint for an endpoint of the settings. It may contain a password, so it is not shown.
pub(super) const WHERE_CONFIGURED: &str = "the endpoint is that of AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or the profile; --endpoint-url replaces it";

/// Finds the bucket's URL, its region and its kind.
///
/// # Errors
///
/// A usage error, also for a form to something that accepts none. `is_configured` says that the endpoint is that of a setting.
pub(super) fn resolve(
    address: &BucketAddress<'_>,
    action: Action,
    is_configured: bool,
) -> Result<ResolvedBucket, Failure> {
    let resolved = address.resolve().map_err(|error| match error {
        InvalidAddress::Bucket(InvalidBucket::Endpoint) if is_configured => {
            Failure::usage(error.to_string()).hint(WHERE_CONFIGURED)
        }
        _ => invalid(address, error),
    })?;
    let is_accepted = action != Action::Post || resolved.kind.accepts_forms();
    if is_accepted { Ok(resolved) } else { Err(no_forms(resolved.kind)) }
}

fn no_forms(kind: AmazonBucketKind) -> Failure {
    let what = match kind {
        AmazonBucketKind::Directory => "directory buckets",
        AmazonBucketKind::AccessPoint => "access points",
        AmazonBucketKind::GeneralPurpose => "buckets",
    };
    Failure::usage(format!("S3 documents no forms for {what}"))
        .hint("use `signpost sign put`, with --header 'content-length: BYTES' to fix the size")
}

fn invalid(address: &BucketAddress<'_>, error: InvalidAddress) -> Failure {
    let failure = match (error, address.region) {
        (InvalidAddress::Region, Some(region)) => Failure::usage(format!(
            "no known region of Amazon is named {:?}, and no endpoint is given",
            region.as_str()
        )),
        _ => Failure::usage(error.to_string()),
    };
    match hint(address, error) {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn hint(address: &BucketAddress<'_>, error: InvalidAddress) -> Option<&'static str> {
    Some(match error {
        InvalidAddress::Region => {
            "correct the region, or add the server's URL: --endpoint-url https://s3.example.com"
        }
        InvalidAddress::RegionMissing => {
            "add the bucket's region: --region eu-west-1, or auto for R2"
        }
        InvalidAddress::Bucket(InvalidBucket::NameStyle) if address.endpoint.is_some() => {
            "leave --virtual-hosted out: in path style, servers can allow other names"
        }
        InvalidAddress::Bucket(InvalidBucket::NameStyle) => {
            "check the name; servers that allow other names need --endpoint-url"
        }
        InvalidAddress::Bucket(InvalidBucket::AddressStyle) => "leave --virtual-hosted out",
        InvalidAddress::PathStyle => "leave --path-style out",
        InvalidAddress::BucketArn => {
            "write s3:// and the name at the end of the ARN, such as s3://acme-media/KEY"
        }
        InvalidAddress::MultiRegion => "name one of its buckets, or an access point of one region",
        InvalidAddress::Fips
        | InvalidAddress::DualStack
        | InvalidAddress::Accelerate
        | InvalidAddress::SettingsWithEndpoint => {
            "change the settings of the environment or the profile"
        }
        InvalidAddress::Bucket(InvalidBucket::Name | InvalidBucket::Endpoint)
        | InvalidAddress::Arn
        | InvalidAddress::ArnPartition
        | InvalidAddress::OtherService
        | InvalidAddress::Zone => return None,
    })
}
