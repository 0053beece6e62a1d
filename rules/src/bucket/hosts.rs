//! Hosts of providers other than Amazon, beside the default endpoints of the providers' table.
//!
//! The Worker does not need them: it signs for an endpoint that the configuration names.

/// A host or a pattern with `{region}` in it.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) pattern: &'static str,
    pub(crate) regions: Regions,
}

/// The regions that signatures for a host may name.
#[derive(Debug)]
pub(crate) enum Regions {
    /// The part of the host at `{region}`.
    InName,
    /// The part of the host at `{region}`, or another one.
    InNameOr(&'static str),
    /// These, the default first.
    Fixed(&'static [&'static str]),
}

const fn pattern(pattern: &'static str) -> Host {
    Host { pattern, regions: Regions::InName }
}

const fn fixed(pattern: &'static str, regions: &'static [&'static str]) -> Host {
    Host { pattern, regions: Regions::Fixed(regions) }
}

/// All hosts. An exact name comes before the patterns that match it too.
pub(crate) static HOSTS: &[Host] = &[
    // https://docs.wasabi.com/docs/service-urls-for-wasabis-storage-regions
    fixed("s3.wasabisys.com", &["us-east-1"]),
    fixed("s3.nl-1.wasabisys.com", &["eu-central-1"]),
    fixed("s3.de-1.wasabisys.com", &["eu-central-2"]),
    fixed("s3.uk-1.wasabisys.com", &["eu-west-1"]),
    fixed("s3.fr-1.wasabisys.com", &["eu-west-2"]),
    fixed("s3.uk-2.wasabisys.com", &["eu-west-3"]),
    fixed("s3.it-1.wasabisys.com", &["eu-south-1"]),
    // https://www.tigrisdata.com/docs/sdks/s3/aws-cli/
    fixed("t3.storage.dev", &["auto"]),
    fixed("fly.storage.tigris.dev", &["auto"]),
    // https://docs.digitalocean.com/products/spaces/reference/aws-sdks/: SDKs must have us-east-1 to create a Space, and
    // links by such clients are valid. https://rclone.org/s3/#digitalocean-spaces leaves the region blank, which is us-east-1.
    Host { pattern: "{region}.digitaloceanspaces.com", regions: Regions::InNameOr("us-east-1") },
    // https://help.ovhcloud.com/csm/en-public-cloud-storage-s3-location
    pattern("s3.{region}.perf.cloud.ovh.net"),
    pattern("s3.{region}.io.cloud.ovh.us"),
    pattern("s3.{region}.perf.cloud.ovh.us"),
];
