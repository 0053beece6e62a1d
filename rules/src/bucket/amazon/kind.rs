//! The kinds of buckets that Amazon tells apart by their names.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>

use signer::{Bucket, Credentials, Signer, UnixTime, UrlStyle};

use super::GLOBAL_REGION;

/// The kind of resource that a bucket's name refers to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AmazonBucketKind {
    /// A general purpose bucket, or an alias of an access point of one.
    GeneralPurpose,
    /// A directory bucket of S3 Express One Zone, or an access point of one. It supports neither forms nor CORS.
    Directory,
    /// An access point, named by its ARN. It supports no forms.
    AccessPoint,
}

impl AmazonBucketKind {
    /// Returns a signer for a bucket of this kind: for its region, and for the service `s3` or `s3express`.
    #[must_use]
    pub fn signer<'c>(
        self,
        credentials: &'c Credentials,
        bucket: &Bucket,
        now: UnixTime,
    ) -> Signer<'c> {
        let signer = Signer::new(credentials, bucket.region(), now);
        match self {
            Self::Directory => signer.for_directory_bucket(),
            Self::GeneralPurpose | Self::AccessPoint => signer,
        }
    }

    /// Whether a form can store a file. S3 documents `PostObject` only for general purpose buckets.
    #[must_use]
    pub fn accepts_forms(self) -> bool {
        self == Self::GeneralPurpose
    }
}

/// A kind of resource whose names have a reserved end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ReservedName {
    /// `--x-s3`, or `--xa-s3` of an access point.
    Directory,
    /// `--op-s3`: an alias of an access point on an Outpost.
    Outposts,
    /// `.mrap`: an alias of a Multi-Region Access Point.
    MultiRegion,
}

impl ReservedName {
    pub(crate) fn of(name: &str) -> Option<Self> {
        const ENDS: [(&str, ReservedName); 4] = [
            ("--x-s3", ReservedName::Directory),
            ("--xa-s3", ReservedName::Directory),
            ("--op-s3", ReservedName::Outposts),
            (".mrap", ReservedName::MultiRegion),
        ];
        ENDS.into_iter().find_map(|(end, what)| name.ends_with(end).then_some(what))
    }
}

/// Returns why no rule can use a bucket of this name; `None` for a general purpose bucket and for an alias of an access point.
pub(crate) fn reserved(name: &str) -> Option<&'static str> {
    Some(match ReservedName::of(name) {
        // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html
        Some(ReservedName::Directory) => {
            "S3 Express has neither forms nor CORS, so pages cannot use a directory bucket"
        }
        None if !name.starts_with("arn:") => return None,
        _ => {
            "expected a bucket or an alias of an access point, not an ARN, an Outpost or a Multi-Region Access Point"
        }
    })
}

/// Returns whether a name is the alias of an access point. Such a name is valid in requests, but not in policies.
///
/// ```
/// assert!(rules::is_access_point_alias("media-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias"));
/// assert!(!rules::is_access_point_alias("acme-media"));
/// ```
///
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html>
#[must_use]
pub fn is_access_point_alias(name: &str) -> bool {
    name.ends_with("-s3alias") || name.ends_with("--ol-s3")
}

/// Returns whether a bucket of this name has no path-style URLs: a directory bucket, or an access point named by its ARN.
#[must_use]
pub fn has_no_path_style(name: &str) -> bool {
    name.starts_with("arn:") || ReservedName::of(name) == Some(ReservedName::Directory)
}

/// Returns whether a bucket of Amazon may have this name. Until 2018, the region `us-east-1` also allowed capitals, `_` and more
/// characters; such buckets still exist, with path-style URLs.
pub(crate) fn is_name(name: &str, region: &str) -> bool {
    let style = if region == GLOBAL_REGION { UrlStyle::Path } else { UrlStyle::VirtualHosted };
    style.can_name(name) && name.len() >= 3 && !name.contains(':')
}

/// Returns the id of a directory bucket's zone: `usw2-az1` in `media--usw2-az1--x-s3`. Unlike other names, these have no dots.
///
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html>
pub(crate) fn zone_of(name: &str) -> Option<&str> {
    let name = name.strip_suffix("--x-s3").or_else(|| name.strip_suffix("--xa-s3"))?;
    let (base, zone) = name.rsplit_once("--")?;
    Some(zone).filter(|zone| !base.is_empty() && !zone.is_empty() && !name.contains('.'))
}
