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

/// What a command is told about a bucket.
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
    /// Whether it is a bucket at all, and of which kind.
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
        let zone = kind::zone_of(self.name).ok_or(InvalidAddress::Zone)?;
        let fips = if self.settings.fips { "-fips" } else { "" };
        let service = format!("s3express{fips}-{zone}");
        let bucket = self.subdomain(&service, self.name, region.clone())?;
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
        let signed = if region.as_str() == GLOBAL { GLOBAL_REGION } else { region.as_str() };
        let signed = Region::new(signed).map_err(|_| InvalidAddress::Region)?;
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
        // One host for all regions accelerates, and one is global; other variants of that are the region's.
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
