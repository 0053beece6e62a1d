//! Storage providers: the endpoints, formats and features of each.

use signer::{Dialect, Region, UrlStyle};

use crate::bucket::amazon;
use crate::bucket::features::Features;

/// Whether a provider accepts upload forms.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Forms {
    Accepted,
    /// It answers 501, so uploads go by PUT.
    Rejected,
    /// Not documented, so uploads go by PUT unless the configuration says `forms = true`.
    Unknown,
}

/// Whether a PUT with `If-None-Match: *` is rejected if the object exists.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Overwrites {
    Preventable,
    /// Not documented: the header might be ignored, and the object be overwritten.
    Unknown,
}

/// Whether a DELETE with `If-Match` spares an object that has changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Deletes {
    IfMatch,
    /// Not documented: the header might be ignored or rejected.
    Unconditional,
}

/// Whether a form may have fields that its policy does not name, such as `Content-Disposition`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ExtraFields {
    Rejected,
    /// Not documented: such a field may be stored with the object.
    Unknown,
}

/// Which versions of the signature a provider accepts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Signatures {
    V4Only,
    V2AndV4,
}

/// Which names a provider's buckets have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum BucketNames {
    /// Those of S3 today, and in one region those of former times.
    Amazon,
    /// Those of S3.
    S3,
    /// More than S3 allows, such as capitals, or not documented.
    Any,
}

/// Whether a Worker can access the buckets through a binding of its environment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Bindings {
    Supported,
    Unsupported,
}

/// The endpoint of a provider's buckets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Endpoint {
    /// Amazon's, which depends on the region's partition.
    Amazon,
    /// A URL with `{region}` in it, or one URL for all regions.
    Pattern(&'static str),
    /// Each customer has its own host, such as this example, in which `<account>` is the customer's name.
    PerCustomer { example: &'static str },
}

/// How a provider describes the permissions of credentials.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Iam {
    /// Policies in JSON, with Amazon's conditions on signatures, `If-None-Match` and TLS.
    Aws,
    /// Amazon's user policies, with conditions on signatures. Bucket policies apply only to anonymous requests.
    MinIo,
    /// Policies in JSON. A condition that the provider does not know counts as failed.
    WithoutConditions,
    /// A token made in Cloudflare's dashboard.
    R2Token,
    /// An application key of Backblaze.
    B2Key,
    /// A service account of Google Cloud, with a role.
    GoogleRole,
    /// A key that `garage bucket allow` permits.
    GarageKey,
}

/// Where a provider's security token service is, which gives out temporary credentials.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Sts {
    /// The provider documents no `AssumeRole`.
    None,
    /// Amazon's, in the bucket's region.
    Amazon,
    /// One host for all regions. Its signatures name `us-east-1`.
    Global(&'static str),
    /// At the endpoint of the buckets. Not every such server has roles.
    SameEndpoint,
}

/// The format of a bucket's CORS configuration.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CorsFormat {
    /// JSON, for `aws s3api put-bucket-cors`.
    Aws,
    /// JSON, for `wrangler r2 bucket cors set`.
    R2,
    /// JSON, for `gcloud storage buckets update --cors-file`.
    Google,
}

/// A storage provider.
#[derive(Debug)]
pub struct Provider {
    pub(crate) name: &'static str,
    pub(crate) endpoint: Endpoint,
    pub(crate) names: BucketNames,
    /// The regions that all hosts accept, the default first; empty if each bucket must name its region.
    pub(crate) regions: &'static [&'static str],
    pub(crate) style: UrlStyle,
    pub(crate) forms: Forms,
    pub(crate) extra_fields: ExtraFields,
    pub(crate) overwrites: Overwrites,
    pub(crate) features: Features,
    pub(crate) deletes: Deletes,
    pub(crate) signatures: Signatures,
    pub(crate) dialect: Dialect,
    pub(crate) bindings: Bindings,
    pub(crate) iam: Iam,
    pub(crate) cors: CorsFormat,
    pub(crate) sts: Sts,
}

impl Provider {
    /// Returns the name in the configuration, such as `r2`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns whether a Worker can access the buckets through a binding, and whether they report new objects to a queue, as R2 does.
    #[must_use]
    pub fn has_bindings(&self) -> bool {
        self.bindings == Bindings::Supported
    }

    /// Returns how the provider describes the permissions of credentials.
    #[must_use]
    pub const fn iam(&self) -> Iam {
        self.iam
    }

    /// Returns whether temporary credentials can be derived from a key without a request to the provider.
    #[must_use]
    pub fn derives_credentials(&self) -> bool {
        self.iam == Iam::R2Token
    }

    /// Returns whether the provider documents roles, which a user that may do nothing else can assume.
    #[must_use]
    pub const fn has_roles(&self) -> bool {
        match self.sts {
            Sts::Amazon | Sts::Global(_) => true,
            Sts::None | Sts::SameEndpoint => false,
        }
    }

    /// Returns whether the provider's token service is known to accept a token of the issuer instead of a key.
    #[must_use]
    pub const fn takes_tokens(&self) -> bool {
        match self.sts {
            Sts::Amazon => true,
            Sts::Global(_) | Sts::None | Sts::SameEndpoint => false,
        }
    }

    /// Returns the format of a bucket's CORS configuration.
    #[must_use]
    pub const fn cors(&self) -> CorsFormat {
        self.cors
    }

    /// Returns the endpoint of a region; `None` if each customer has its own, or if Amazon has no such region.
    #[must_use]
    pub fn endpoint(&self, region: &Region) -> Option<String> {
        match self.endpoint {
            Endpoint::Amazon => amazon::endpoint(region.as_str()),
            Endpoint::Pattern(pattern) => Some(pattern.replace("{region}", region.as_str())),
            Endpoint::PerCustomer { .. } => None,
        }
    }

    /// Returns why no rule can use a bucket of this name; `None` if rules can.
    pub(crate) fn reserved_name(&self, name: &str) -> Option<&'static str> {
        amazon::kind::reserved(name).filter(|_| self.endpoint == Endpoint::Amazon)
    }

    /// Whether a bucket of a region may have this name.
    pub(crate) fn allows_name(&self, name: &str, region: &Region) -> bool {
        match self.names {
            BucketNames::Amazon => amazon::kind::is_name(name, region.as_str()),
            BucketNames::S3 => UrlStyle::VirtualHosted.can_name(name),
            BucketNames::Any => true,
        }
    }
}
