//! The URL of a bucket, as the AWS tools find it.
//!
//! Spec: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html>, and the endpoint rules of botocore

use signer::{Bucket, InvalidBucket, Region, UrlStyle};

use super::arn::AccessPoint;
use super::error::InvalidAddress;
use super::kind::{self, AmazonBucketKind, ReservedName};
use super::partition::Partition;
use super::{GLOBAL, GLOBAL_REGION};

/// Which of Amazon's endpoints is used, as the settings of the AWS tools select them.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct AmazonSettings {
    /// `AWS_USE_FIPS_ENDPOINT`, or `use_fips_endpoint` of a profile.
    pub fips: bool,
    /// `AWS_USE_DUALSTACK_ENDPOINT`, or `use_dualstack_endpoint` of a profile.
    pub dual_stack: bool,
    /// `use_accelerate_endpoint` below `s3` of a profile.
    pub accelerate: bool,
}

/// A bucket as a command line and its settings describe it.
///
/// ```
/// use rules::{AmazonSettings, BucketAddress};
/// use signer::{ObjectKey, Region};
///
/// let region = Region::new("eusc-de-east-1")?;
/// let address = BucketAddress {
///     name: "acme-media",
///     region: Some(&region),
///     endpoint: None,
///     style: None,
///     settings: AmazonSettings { dual_stack: true, ..AmazonSettings::default() },
/// };
/// let url = address.resolve()?.bucket.object_url(&ObjectKey::new("a.png")?);
/// assert_eq!(url, "https://acme-media.s3.dualstack.eusc-de-east-1.amazonaws.eu/a.png");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct BucketAddress<'a> {
    /// The bucket's name, or the ARN of an access point.
    pub name: &'a str,
    /// The region; an ARN contains its own.
    pub region: Option<&'a Region>,
    /// The server's URL, if it is not Amazon's own.
    pub endpoint: Option<&'a str>,
    /// By default virtual-hosted for Amazon, where the certificate covers the name, else path.
    pub style: Option<UrlStyle>,
    /// Which of Amazon's endpoints is used.
    pub settings: AmazonSettings,
}

/// A bucket, and how requests for it are signed.
#[derive(Clone, Debug)]
pub struct ResolvedBucket {
    /// The bucket.
    pub bucket: Bucket,
    /// The kind of bucket, or an access point.
    pub kind: AmazonBucketKind,
}

impl BucketAddress<'_> {
    /// Finds the bucket's URL, its region and its kind.
    ///
    /// # Errors
    ///
    /// [`InvalidAddress`] says what is missing, contradictory or not supported.
    pub fn resolve(&self) -> Result<ResolvedBucket, InvalidAddress> {
        if self.endpoint.is_some() && self.settings != AmazonSettings::default() {
            return Err(InvalidAddress::SettingsWithEndpoint);
        }
        if self.settings.fips && self.settings.accelerate {
            return Err(InvalidAddress::Accelerate);
        }
        if self.name.starts_with("arn:") {
            return self.access_point(AccessPoint::parse(self.name)?);
        }
        let region = self.region.ok_or(InvalidAddress::RegionMissing)?;
        match (ReservedName::of(self.name), self.endpoint) {
            (Some(ReservedName::Directory), _) => self.directory(region),
            (Some(ReservedName::Outposts), None) => Err(InvalidAddress::OtherService),
            (Some(ReservedName::MultiRegion), None) => Err(InvalidAddress::MultiRegion),
            (Some(ReservedName::Outposts | ReservedName::MultiRegion) | None, _) => {
                self.general_purpose(region)
            }
        }
    }

    fn access_point(&self, point: AccessPoint<'_>) -> Result<ResolvedBucket, InvalidAddress> {
        let region = Region::new(point.region).map_err(|_| InvalidAddress::Arn)?;
        let bucket = self.subdomain("s3-accesspoint", &point.label(), region)?;
        Ok(ResolvedBucket { bucket, kind: AmazonBucketKind::AccessPoint })
    }

    fn directory(&self, region: &Region) -> Result<ResolvedBucket, InvalidAddress> {
        let fips = if self.settings.fips { "-fips" } else { "" };
        let service = match (kind::zone_of(self.name), self.endpoint) {
            (Some(zone), _) => format!("s3express{fips}-{zone}"),
            (None, Some(_)) => String::new(),
            (None, None) => return Err(InvalidAddress::Zone),
        };
        let bucket = self.subdomain(&service, self.name, signed(region)?)?;
        Ok(ResolvedBucket { bucket, kind: AmazonBucketKind::Directory })
    }

    /// A bucket or access point that is always a subdomain of its service.
    fn subdomain(
        &self,
        service: &str,
        label: &str,
        region: Region,
    ) -> Result<Bucket, InvalidAddress> {
        if self.settings.accelerate {
            return Err(InvalidAddress::Accelerate);
        }
        if self.style == Some(UrlStyle::Path) {
            return Err(InvalidAddress::PathStyle);
        }
        let endpoint = match self.endpoint {
            Some(endpoint) => endpoint.to_owned(),
            None => self.amazon_endpoint(service, region.as_str())?,
        };
        Ok(Bucket::new(&endpoint, UrlStyle::VirtualHosted, label, region)?)
    }

    fn general_purpose(&self, region: &Region) -> Result<ResolvedBucket, InvalidAddress> {
        let kind = AmazonBucketKind::GeneralPurpose;
        let signed = signed(region)?;
        if let Some(endpoint) = self.endpoint {
            let style = self.style.unwrap_or(UrlStyle::Path);
            return Ok(ResolvedBucket {
                bucket: Bucket::new(endpoint, style, self.name, signed)?,
                kind,
            });
        }
        if !kind::is_name(self.name, signed.as_str()) {
            return Err(InvalidBucket::NameStyle.into());
        }
        // The certificate for *.s3.eu-west-1.amazonaws.com does not cover a name with a dot.
        let is_covered = UrlStyle::VirtualHosted.can_name(self.name) && !self.name.contains('.');
        let default = if is_covered { UrlStyle::VirtualHosted } else { UrlStyle::Path };
        let style = self.style.unwrap_or(default);
        if self.settings.accelerate && (!is_covered || style == UrlStyle::Path) {
            return Err(InvalidAddress::Accelerate);
        }
        let endpoint = self.amazon_endpoint("s3", region.as_str())?;
        Ok(ResolvedBucket { bucket: Bucket::new(&endpoint, style, self.name, signed)?, kind })
    }

    /// `https://s3-fips.dualstack.eu-west-1.amazonaws.com`, and the like.
    fn amazon_endpoint(&self, service: &str, region: &str) -> Result<String, InvalidAddress> {
        let AmazonSettings { fips, dual_stack, accelerate } = self.settings;
        let partition = Partition::of(region).ok_or(InvalidAddress::Region)?;
        let in_china = partition.name == "aws-cn";
        if fips && in_china {
            return Err(InvalidAddress::Fips);
        }
        if dual_stack && !partition.has_dual_stack {
            return Err(InvalidAddress::DualStack);
        }
        let mut host = String::from(service);
        if accelerate {
            if in_china {
                return Err(InvalidAddress::Accelerate);
            }
            host.push_str("-accelerate");
        } else if fips && !service.starts_with("s3express") {
            host.push_str("-fips");
        }
        if dual_stack {
            host.push_str(".dualstack");
        }
        // Acceleration has one host for all regions. The global endpoint has no FIPS and dual-stack hosts of its own.
        let region = match region {
            _ if accelerate => "",
            GLOBAL if fips || dual_stack => GLOBAL_REGION,
            GLOBAL => "",
            _ => region,
        };
        if !region.is_empty() {
            host = format!("{host}.{region}");
        }
        Ok(format!("https://{host}.{}", partition.dns_suffix))
    }
}

/// The region in signatures: the global endpoint has none of its own.
fn signed(region: &Region) -> Result<Region, InvalidAddress> {
    if region.as_str() == GLOBAL {
        Region::new(GLOBAL_REGION).map_err(|_| InvalidAddress::Region)
    } else {
        Ok(region.clone())
    }
}

#[cfg(test)]
mod tests {
    use signer::ObjectKey;

    use super::*;

    const PLAIN: AmazonSettings =
        AmazonSettings { fips: false, dual_stack: false, accelerate: false };

    fn resolve(
        name: &str,
        region: &str,
        endpoint: Option<&str>,
        settings: AmazonSettings,
    ) -> Result<(String, String), InvalidAddress> {
        let region = Region::new(region).unwrap();
        let region = Some(&region);
        let found = BucketAddress { name, region, endpoint, style: None, settings }.resolve()?;
        let url = found.bucket.object_url(&ObjectKey::new("k").unwrap());
        Ok((url, found.bucket.region().as_str().to_owned()))
    }

    #[test]
    fn finds_the_host_that_the_settings_select() {
        let (fips, dual_stack, accelerate) = (
            AmazonSettings { fips: true, ..PLAIN },
            AmazonSettings { dual_stack: true, ..PLAIN },
            AmazonSettings { accelerate: true, ..PLAIN },
        );
        for (name, region, settings, host, signed) in [
            ("media", "eu-west-1", PLAIN, "media.s3.eu-west-1.amazonaws.com", "eu-west-1"),
            (
                "media",
                "us-gov-west-1",
                AmazonSettings { fips: true, ..dual_stack },
                "media.s3-fips.dualstack.us-gov-west-1.amazonaws.com",
                "us-gov-west-1",
            ),
            (
                "media",
                "cn-north-1",
                dual_stack,
                "media.s3.dualstack.cn-north-1.amazonaws.com.cn",
                "cn-north-1",
            ),
            // transloadit/uppy#4135
            ("media", "eu-west-1", accelerate, "media.s3-accelerate.amazonaws.com", "eu-west-1"),
            ("media", "aws-global", PLAIN, "media.s3.amazonaws.com", "us-east-1"),
            ("media", "aws-global", fips, "media.s3-fips.us-east-1.amazonaws.com", "us-east-1"),
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html
            (
                "arn:aws:s3:us-west-2:123456789012:accesspoint/prod",
                "eu-west-1",
                fips,
                "prod-123456789012.s3-accesspoint-fips.us-west-2.amazonaws.com",
                "us-west-2",
            ),
            (
                "point-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias",
                "eu-west-1",
                PLAIN,
                "point-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias.s3.eu-west-1.amazonaws.com",
                "eu-west-1",
            ),
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html
            (
                "media--usw2-az1--x-s3",
                "us-west-2",
                fips,
                "media--usw2-az1--x-s3.s3express-fips-usw2-az1.us-west-2.amazonaws.com",
                "us-west-2",
            ),
            (
                "point--use1-az4--xa-s3",
                "us-east-1",
                dual_stack,
                "point--use1-az4--xa-s3.s3express-use1-az4.dualstack.us-east-1.amazonaws.com",
                "us-east-1",
            ),
        ] {
            let expected = (format!("https://{host}/k"), signed.to_owned());
            assert_eq!(resolve(name, region, None, settings), Ok(expected), "{name} {region}");
        }
    }

    #[test]
    fn refuses_what_no_link_reaches_with_the_reason() {
        use InvalidAddress::{
            Accelerate, DualStack, Fips, MultiRegion, OtherService, SettingsWithEndpoint, Zone,
        };
        let (fips, dual_stack, accelerate) = (
            AmazonSettings { fips: true, ..PLAIN },
            AmazonSettings { dual_stack: true, ..PLAIN },
            AmazonSettings { accelerate: true, ..PLAIN },
        );
        let endpoint = Some("https://s3.example.com");
        for (name, region, endpoint, settings, error) in [
            ("media", "cn-north-1", None, fips, Fips),
            ("media", "us-isof-south-1", None, dual_stack, DualStack),
            ("media", "cn-north-1", None, accelerate, Accelerate),
            ("acme.media", "eu-west-1", None, accelerate, Accelerate),
            ("media", "eu-west-1", None, AmazonSettings { fips: true, ..accelerate }, Accelerate),
            ("media--usw2-az1--x-s3", "us-west-2", None, accelerate, Accelerate),
            ("media", "eu-west-1", endpoint, fips, SettingsWithEndpoint),
            ("media--x-s3", "us-west-2", None, PLAIN, Zone),
            ("mfzwi23gnjvgw.mrap", "us-east-1", None, PLAIN, MultiRegion),
            ("a-o0b1d--op-s3", "us-east-1", None, PLAIN, OtherService),
            ("media", "auto", None, PLAIN, InvalidAddress::Region),
            ("Media", "eu-west-1", None, PLAIN, InvalidBucket::NameStyle.into()),
        ] {
            assert_eq!(resolve(name, region, endpoint, settings), Err(error), "{name} {region}");
        }
    }

    /// An ARN with an endpoint is an access point behind an endpoint of a private network.
    #[test]
    fn uses_the_endpoint_that_is_given() {
        for (name, endpoint, url) in [
            (
                "arn:aws:s3:us-east-1:123456789012:accesspoint/prod",
                "https://accesspoint.vpce-1a2b-3c4d.s3.us-east-1.vpce.amazonaws.com",
                "https://prod-123456789012.accesspoint.vpce-1a2b-3c4d.s3.us-east-1.vpce.amazonaws.com/k",
            ),
            ("Old_Media", "http://localhost:9000", "http://localhost:9000/Old_Media/k"),
            ("a.mrap", "http://localhost:9000", "http://localhost:9000/a.mrap/k"),
        ] {
            let found = resolve(name, "us-east-1", Some(endpoint), PLAIN);
            assert_eq!(found.map(|(url, _)| url).as_deref(), Ok(url));
        }
    }
}
