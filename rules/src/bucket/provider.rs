//! Who runs a bucket: endpoints, styles, and whether forms are taken.

use signer::UrlStyle;

use crate::config::join_names::join_names;

/// Whether a provider answers POST forms.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Forms {
    Taken,
    /// It answers 501, so uploads go by PUT.
    Refused,
    /// Not documented, so uploads go by PUT unless the configuration says `forms = true`.
    Unknown,
}

/// Whether a PUT with `If-None-Match: *` is refused where there is an object already.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Overwrites {
    Refusable,
    /// Not documented: the header might be ignored, and the object be overwritten.
    Unknown,
}

/// What is known of one provider.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) name: &'static str,
    /// With `{region}` in it, or nothing where every customer has a host of their own.
    pub(crate) endpoint: Option<&'static str>,
    /// What to write for an endpoint that every customer has to name.
    pub(crate) endpoint_example: &'static str,
    /// Nothing where every bucket has to name its own.
    pub(crate) region: Option<&'static str>,
    pub(crate) style: UrlStyle,
    pub(crate) forms: Forms,
}

const fn regional(name: &'static str, endpoint: &'static str, forms: Forms) -> Provider {
    let (style, endpoint_example) = (UrlStyle::VirtualHosted, endpoint);
    Provider { name, endpoint: Some(endpoint), endpoint_example, region: None, style, forms }
}

const fn self_hosted(
    name: &'static str,
    endpoint_example: &'static str,
    region: &'static str,
    forms: Forms,
) -> Provider {
    Provider {
        name,
        endpoint: None,
        endpoint_example,
        region: Some(region),
        style: UrlStyle::Path,
        forms,
    }
}

/// The providers, each as its own documentation has it.
const PROVIDERS: [Provider; 13] = [
    // https://docs.aws.amazon.com/general/latest/gr/s3.html
    regional("aws", "https://s3.{region}.amazonaws.com", Forms::Taken),
    // https://developers.cloudflare.com/r2/api/s3/presigned-urls/
    self_hosted("r2", "https://<account>.r2.cloudflarestorage.com", "auto", Forms::Refused),
    // https://www.backblaze.com/docs/cloud-storage-s3-compatible-api
    regional("b2", "https://s3.{region}.backblazeb2.com", Forms::Refused),
    // https://www.tigrisdata.com/docs/objects/upload-via-html-form/
    Provider { region: Some("auto"), ..regional("tigris", "https://t3.storage.dev", Forms::Taken) },
    self_hosted("minio", "https://minio.example.com", "us-east-1", Forms::Taken),
    self_hosted("garage", "https://s3.garage.example.com", "garage", Forms::Taken),
    // https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/
    regional("spaces", "https://{region}.digitaloceanspaces.com", Forms::Taken),
    // https://www.scaleway.com/en/docs/object-storage/api-cli/post-object/
    regional("scaleway", "https://s3.{region}.scw.cloud", Forms::Taken),
    // https://help.ovhcloud.com/csm/en-public-cloud-storage-s3-location
    regional("ovh", "https://s3.{region}.io.cloud.ovh.net", Forms::Taken),
    // https://docs.wasabi.com/docs/what-are-the-service-urls-for-wasabi-s-different-storage-regions
    regional("wasabi", "https://s3.{region}.wasabisys.com", Forms::Unknown),
    // https://docs.hetzner.com/storage/object-storage/
    regional("hetzner", "https://{region}.your-objectstorage.com", Forms::Unknown),
    // https://docs.cloud.google.com/storage/docs/authentication/signatures
    Provider {
        region: Some("auto"),
        ..regional("gcs", "https://storage.googleapis.com", Forms::Taken)
    },
    self_hosted("custom", "https://s3.example.com", "us-east-1", Forms::Unknown),
];

impl Provider {
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        PROVIDERS.iter().find(|provider| provider.name == name)
    }

    /// As each provider's documentation has it; the owner of a `custom` one knows better than any table.
    pub(crate) fn overwrites(&self) -> Overwrites {
        match self.name {
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
            // https://developers.cloudflare.com/r2/api/s3/extensions/
            // https://www.tigrisdata.com/docs/objects/conditionals/
            "aws" | "r2" | "tigris" | "minio" | "custom" => Overwrites::Refusable,
            _ => Overwrites::Unknown,
        }
    }

    /// All names, for an error.
    pub(crate) fn names() -> String {
        join_names(PROVIDERS.iter().map(|provider| provider.name))
    }
}
