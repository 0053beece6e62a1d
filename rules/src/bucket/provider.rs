//! The table of storage providers: everything that is known of each is in its row.

use signer::{Dialect, Region, UrlStyle};

use crate::config::join_names::join_names;

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
    name: &'static str,
    pub(crate) endpoint: Endpoint,
    /// The endpoint of regions in China, which have a domain of their own.
    endpoint_in_china: Option<&'static str>,
    /// A further endpoint of every region, with `{region}` in it.
    dual_stack_endpoint: Option<&'static str>,
    /// The regions that every host accepts, the usual one first; empty where every bucket must name its own.
    pub(crate) regions: &'static [&'static str],
    pub(crate) style: UrlStyle,
    pub(crate) forms: Forms,
    pub(crate) overwrites: Overwrites,
    pub(crate) signatures: Signatures,
    pub(crate) dialect: Dialect,
    pub(crate) bindings: Bindings,
    iam: Iam,
    cors: CorsFormat,
}

/// A provider whose endpoint follows from the region, with what holds for most.
const fn regional(name: &'static str, endpoint: &'static str) -> Provider {
    Provider {
        name,
        endpoint: Endpoint::Pattern(endpoint),
        endpoint_in_china: None,
        dual_stack_endpoint: None,
        regions: &[],
        style: UrlStyle::VirtualHosted,
        forms: Forms::Unknown,
        overwrites: Overwrites::Unknown,
        signatures: Signatures::V2AndV4,
        dialect: Dialect::Amazon,
        bindings: Bindings::Unsupported,
        iam: Iam::WithoutConditions,
        cors: CorsFormat::Aws,
    }
}

/// A provider whose customers each have an endpoint of their own.
const fn self_hosted(
    name: &'static str,
    example: &'static str,
    regions: &'static [&'static str],
) -> Provider {
    Provider {
        endpoint: Endpoint::Own { example },
        regions,
        style: UrlStyle::Path,
        ..regional(name, "")
    }
}

/// The providers, as documented by each.
static PROVIDERS: [Provider; 13] = [
    // https://docs.aws.amazon.com/general/latest/gr/s3.html
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    Provider {
        endpoint_in_china: Some("https://s3.{region}.amazonaws.com.cn"),
        dual_stack_endpoint: Some("https://s3.dualstack.{region}.amazonaws.com"),
        forms: Forms::Taken,
        overwrites: Overwrites::Refusable,
        iam: Iam::Aws,
        ..regional("aws", "https://s3.{region}.amazonaws.com")
    },
    // https://developers.cloudflare.com/r2/api/s3/presigned-urls/
    // https://developers.cloudflare.com/r2/api/s3/extensions/
    Provider {
        forms: Forms::Refused,
        overwrites: Overwrites::Refusable,
        signatures: Signatures::V4Only,
        bindings: Bindings::Supported,
        iam: Iam::R2Token,
        cors: CorsFormat::R2,
        ..self_hosted("r2", "https://<account>.r2.cloudflarestorage.com", &["auto", "us-east-1"])
    },
    // https://www.backblaze.com/docs/cloud-storage-s3-compatible-api
    Provider {
        forms: Forms::Refused,
        signatures: Signatures::V4Only,
        iam: Iam::B2Key,
        ..regional("b2", "https://s3.{region}.backblazeb2.com")
    },
    // https://www.tigrisdata.com/docs/objects/upload-via-html-form/
    // https://www.tigrisdata.com/docs/objects/conditionals/
    Provider {
        regions: &["auto"],
        forms: Forms::Taken,
        overwrites: Overwrites::Refusable,
        signatures: Signatures::V4Only,
        ..regional("tigris", "https://t3.storage.dev")
    },
    Provider {
        forms: Forms::Taken,
        overwrites: Overwrites::Refusable,
        iam: Iam::MinIo,
        ..self_hosted("minio", "https://minio.example.com", &["us-east-1"])
    },
    // https://garagehq.deuxfleurs.fr/documentation/reference-manual/s3-compatibility/
    Provider {
        forms: Forms::Taken,
        signatures: Signatures::V4Only,
        iam: Iam::GarageKey,
        ..self_hosted("garage", "https://s3.garage.example.com", &["garage"])
    },
    // https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/
    Provider {
        forms: Forms::Taken,
        ..regional("spaces", "https://{region}.digitaloceanspaces.com")
    },
    // https://www.scaleway.com/en/docs/object-storage/api-cli/post-object/
    Provider { forms: Forms::Taken, ..regional("scaleway", "https://s3.{region}.scw.cloud") },
    // https://help.ovhcloud.com/csm/en-public-cloud-storage-s3-location
    Provider { forms: Forms::Taken, ..regional("ovh", "https://s3.{region}.io.cloud.ovh.net") },
    // https://docs.wasabi.com/docs/what-are-the-service-urls-for-wasabi-s-different-storage-regions
    regional("wasabi", "https://s3.{region}.wasabisys.com"),
    // https://docs.hetzner.com/storage/object-storage/
    regional("hetzner", "https://{region}.your-objectstorage.com"),
    // https://docs.cloud.google.com/storage/docs/authentication/signatures
    Provider {
        regions: &["auto"],
        forms: Forms::Taken,
        signatures: Signatures::V4Only,
        dialect: Dialect::Google,
        iam: Iam::GoogleRole,
        cors: CorsFormat::Google,
        ..regional("gcs", "https://storage.googleapis.com")
    },
    // Any other S3: its owner knows better than any table what it can do.
    Provider {
        overwrites: Overwrites::Refusable,
        ..self_hosted("custom", "https://s3.example.com", &["us-east-1"])
    },
];

impl Provider {
    /// Every provider, in the order of the documentation.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &PROVIDERS
    }

    /// Amazon, whose endpoints are the default of every S3 tool.
    #[must_use]
    pub fn amazon() -> &'static Self {
        let [amazon, ..] = &PROVIDERS;
        amazon
    }

    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        PROVIDERS.iter().find(|provider| provider.name == name)
    }

    /// All names, for an error.
    pub(crate) fn names() -> String {
        join_names(PROVIDERS.iter().map(Self::name))
    }

    /// The names of those whose buckets can be bound to a Worker, for an error.
    pub(crate) fn names_with_bindings() -> String {
        let bindable = PROVIDERS.iter().filter(|row| row.bindings == Bindings::Supported);
        join_names(bindable.map(Self::name))
    }

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
