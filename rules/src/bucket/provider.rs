//! The facts about a storage provider.

use signer::{Dialect, Region, UrlStyle};

/// Whether a provider accepts upload forms.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Forms {
    Taken,
    /// It answers 501, so uploads go by PUT.
    Refused,
    /// Not documented, so uploads go by PUT unless the configuration says `forms = true`.
    Unknown,
}

/// Whether a PUT with `If-None-Match: *` is rejected where an object exists.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Overwrites {
    Refusable,
    /// Not documented: the header might be ignored, and the object be overwritten.
    Unknown,
}

/// Which versions of the signature a provider accepts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Signatures {
    V4Only,
    V2AndV4,
}

/// Whether a Worker can reach the buckets by a binding of its environment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Bindings {
    Supported,
    Unsupported,
}

/// Where a provider's buckets answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Endpoint {
    /// A URL with `{region}` in it, or the same for all regions.
    Pattern(&'static str),
    /// Every customer has a host of its own, such as this one, where `<account>` is the customer's part.
    Own { example: &'static str },
}

/// How the permissions of credentials are written down.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Iam {
    /// Policies in JSON, with Amazon's conditions on signatures, `If-None-Match` and TLS.
    Aws,
    /// Amazon's policies for users, conditions on signatures included; those of buckets are only for anonymous requests.
    MinIo,
    /// Policies in JSON, where a condition that the provider does not know counts as one that fails.
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

/// One provider.
#[derive(Debug)]
pub struct Provider {
    pub(crate) name: &'static str,
    pub(crate) endpoint: Endpoint,
    /// The endpoint of regions in China, which have a domain of their own.
    pub(crate) endpoint_in_china: Option<&'static str>,
    /// A further endpoint of every region, with `{region}` in it.
    pub(crate) dual_stack_endpoint: Option<&'static str>,
    /// The regions that every host accepts, the usual one first; empty where every bucket must name its own.
    pub(crate) regions: &'static [&'static str],
    pub(crate) style: UrlStyle,
    pub(crate) forms: Forms,
    pub(crate) overwrites: Overwrites,
    pub(crate) signatures: Signatures,
    pub(crate) dialect: Dialect,
    pub(crate) bindings: Bindings,
    pub(crate) iam: Iam,
    pub(crate) cors: CorsFormat,
}

impl Provider {
    /// The name in the configuration, such as `r2`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How the permissions of credentials are written down.
    #[must_use]
    pub const fn iam(&self) -> Iam {
        self.iam
    }

    /// The format of a bucket's CORS configuration.
    #[must_use]
    pub const fn cors(&self) -> CorsFormat {
        self.cors
    }

    /// The endpoint of a region; `None` where every customer has its own.
    #[must_use]
    pub fn endpoint(&self, region: &Region) -> Option<String> {
        let Endpoint::Pattern(pattern) = self.endpoint else { return None };
        let in_china = self.endpoint_in_china.filter(|_| region.as_str().starts_with("cn-"));
        Some(in_china.unwrap_or(pattern).replace("{region}", region.as_str()))
    }

    /// The patterns of endpoints that no configuration gets by default.
    pub(crate) fn other_endpoints(&self) -> impl Iterator<Item = &'static str> {
        self.dual_stack_endpoint.into_iter().chain(self.endpoint_in_china)
    }
}
