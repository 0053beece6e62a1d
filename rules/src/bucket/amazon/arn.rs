//! ARNs of access points.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html>

use super::error::InvalidAddress;
use super::partition::Partition;

/// An access point of a general purpose bucket.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct AccessPoint<'a> {
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    pub(crate) name: &'a str,
}

impl<'a> AccessPoint<'a> {
    /// Parses `arn:aws:s3:eu-west-1:123456789012:accesspoint/name`. A `:` before the name is accepted too.
    pub(crate) fn parse(arn: &'a str) -> Result<Self, InvalidAddress> {
        let mut parts = arn.splitn(6, ':').skip(1);
        let mut next = || parts.next().unwrap_or_default();
        let (partition, service, region, account, resource) =
            (next(), next(), next(), next(), next());
        match service {
            // `arn:aws:s3:::acme-media`, and `...:bucket/media--usw2-az1--x-s3` of a directory bucket.
            "s3" if region.is_empty() && account.is_empty() => {
                return Err(InvalidAddress::BucketArn);
            }
            "s3express" => return Err(InvalidAddress::BucketArn),
            "s3" => {}
            "s3-object-lambda" | "s3-outposts" | "s3tables" => {
                return Err(InvalidAddress::OtherService);
            }
            _ => return Err(InvalidAddress::Arn),
        }
        let (_, name) = resource
            .split_once(['/', ':'])
            .filter(|(kind, _)| *kind == "accesspoint")
            .ok_or(InvalidAddress::Arn)?;
        if region.is_empty() {
            return Err(InvalidAddress::MultiRegion);
        }
        if Partition::of(region).map(|found| found.name) != Some(partition) {
            return Err(InvalidAddress::ArnPartition);
        }
        if !is_account(account) || !is_label(name) {
            return Err(InvalidAddress::Arn);
        }
        Ok(Self { region, account, name })
    }

    /// The first label of its host.
    pub(crate) fn label(&self) -> String {
        format!("{}-{}", self.name, self.account)
    }
}

/// Splits a path such as `arn:aws:s3:eu-west-1:123456789012:accesspoint/name/key` before the key; `None` if it begins with no ARN.
///
/// An access point's ARN may itself contain one `/`.
///
/// ```
/// let (arn, key) = rules::split_arn("arn:aws:s3:eu-west-1:123456789012:accesspoint/name/a/b.png").unwrap();
/// assert_eq!((arn, key), ("arn:aws:s3:eu-west-1:123456789012:accesspoint/name", Some("a/b.png")));
/// assert_eq!(rules::split_arn("media/a/b.png"), None);
/// ```
#[must_use]
pub fn split_arn(path: &str) -> Option<(&str, Option<&str>)> {
    if !path.starts_with("arn:") {
        return None;
    }
    let resource = path.match_indices(':').nth(4).map_or(path.len(), |(colon, _)| colon + 1);
    // The slash of `accesspoint/name` is part of the ARN, that after `accesspoint:name` is not.
    let slashes = usize::from(path.get(resource..)?.starts_with("accesspoint/"));
    let (slash, _) = path.get(resource..)?.match_indices('/').nth(slashes).unzip();
    Some(match slash {
        None => (path, None),
        Some(slash) => {
            let (arn, key) = path.split_at_checked(resource + slash)?;
            (arn, key.get(1..))
        }
    })
}

/// The ID of an account: 12 digits.
fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// A label of a host.
fn is_label(text: &str) -> bool {
    let allowed = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    allowed && (1..=63).contains(&text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_arn_of_an_access_point() {
        for (arn, region, label) in [
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-access-points.html
            (
                "arn:aws:s3:us-west-2:123456789012:accesspoint/prod",
                "us-west-2",
                "prod-123456789012",
            ),
            // aws/aws-sdk-pandas#491
            (
                "arn:aws:s3:us-west-2:123456789012:accesspoint:myaccesspoint",
                "us-west-2",
                "myaccesspoint-123456789012",
            ),
            (
                "arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/a-b",
                "cn-north-1",
                "a-b-123456789012",
            ),
            (
                "arn:aws-us-gov:s3:us-gov-west-1:123456789012:accesspoint/a",
                "us-gov-west-1",
                "a-123456789012",
            ),
        ] {
            let found = AccessPoint::parse(arn).unwrap();
            assert_eq!((found.region, found.label().as_str()), (region, label), "{arn}");
        }
    }

    #[test]
    fn rejects_other_arns_with_the_reason() {
        use InvalidAddress::{Arn, ArnPartition, BucketArn, MultiRegion, OtherService};
        for (arn, error) in [
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointRequests.html
            ("arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap", MultiRegion),
            // async-aws/aws#1450
            ("arn:aws:s3-object-lambda:eu-central-1:000000000000:accesspoint/a", OtherService),
            (
                "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-0123/accesspoint/a",
                OtherService,
            ),
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html
            ("arn:aws:s3express:us-west-2:123456789012:bucket/a--usw2-az1--x-s3", BucketArn),
            ("arn:aws:s3express:us-west-2:123456789012:accesspoint/a--usw2-az1--xa-s3", BucketArn),
            ("arn:aws:s3:cn-north-1:123456789012:accesspoint/a", ArnPartition),
            ("arn:aws:s3:moon:123456789012:accesspoint/a", ArnPartition),
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-arn-format.html
            ("arn:aws:s3:::acme-media", BucketArn),
            ("arn:aws-cn:s3:::acme-media", BucketArn),
            ("arn:aws:s3:us-west-2:12345:accesspoint/a", Arn),
            ("arn:aws:s3:us-west-2:1234-5678-9012:accesspoint/a", Arn),
            ("arn:aws:s3:us-west-2::accesspoint/a", Arn),
            ("arn:aws:s3:us-west-2:123456789012:accesspoint/", Arn),
            ("arn:aws:s3:us-west-2:123456789012:accesspoint/a.b", Arn),
            ("arn:aws:s3:us-west-2:123456789012:accesspoint/a/b", Arn),
            ("arn:aws:ec2:us-west-2:123456789012:instance/a", Arn),
            ("arn:", Arn),
        ] {
            assert_eq!(AccessPoint::parse(arn), Err(error), "{arn}");
        }
    }

    #[test]
    fn splits_the_key_off_an_arn() {
        const ARN: &str = "arn:aws:s3:us-west-2:123456789012:accesspoint";
        for (rest, name, key) in [
            ("/a/k/l.png", "/a", Some("k/l.png")),
            (":a/k/l.png", ":a", Some("k/l.png")),
            ("/a/", "/a", Some("")),
            ("/a", "/a", None),
            (":a", ":a", None),
        ] {
            let (path, arn) = (format!("{ARN}{rest}"), format!("{ARN}{name}"));
            assert_eq!(split_arn(&path), Some((arn.as_str(), key)), "{path}");
        }
        assert_eq!(split_arn("arn:aws:s3:::media/k"), Some(("arn:aws:s3:::media", Some("k"))));
        assert_eq!(split_arn("arn:"), Some(("arn:", None)));
        assert_eq!(split_arn("arn"), None);
    }
}
