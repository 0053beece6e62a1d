//! The bucket and key of an `s3://` URI, with the bucket's endpoint.

use signer::{Bucket, InvalidBucket, Region, UrlStyle};

use super::amazon::Variant;
use super::args::{ServerArgs, SignArgs};
use super::settings::Settings;
use crate::failure::Failure;

/// A bucket, and the key in it if the command line gives one.
pub(crate) struct Target {
    pub(crate) bucket: Bucket,
    pub(crate) key: Option<String>,
}

impl Target {
    /// Parses `s3://bucket/key`, and finds the bucket's region and endpoint.
    pub(crate) fn parse(args: &SignArgs) -> Result<Self, Failure> {
        let uri = args.target.as_deref().unwrap_or_default();
        let rest = uri
            .strip_prefix("s3://")
            .ok_or_else(|| Failure::usage(format!("expected s3://BUCKET/KEY, found {uri:?}")))?;
        let (name, key) =
            rest.split_once('/').map_or((rest, None), |(name, key)| (name, Some(key)));
        let settings = Settings::find(&args.credentials)?;
        let region = find_region(&args.server, &settings)?;
        let endpoint = find_endpoint(&args.server, &settings, &region)?;
        let style = style(&args.server, &settings, &endpoint, name)?;
        let bucket = Bucket::new(&endpoint.url, style, name, region).map_err(|error| {
            let failure = Failure::usage(error.to_string());
            let is_configured = args.server.endpoint_url.is_none();
            if error == InvalidBucket::Endpoint && is_configured {
                return failure.hint(WHERE_CONFIGURED);
            }
            failure
        })?;
        Ok(Self { bucket, key: key.filter(|key| !key.is_empty()).map(String::from) })
    }
}

/// The hint for an endpoint of the settings. It may contain a password, so it is not shown.
const WHERE_CONFIGURED: &str = "the endpoint is that of AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or the profile; --endpoint-url replaces it";

/// The URL of a server, without the bucket.
struct Endpoint {
    url: String,
    server: Server,
}

#[derive(Clone, Copy)]
enum Server {
    Amazon,
    /// Amazon's for transfer acceleration, which has only buckets in the host.
    Accelerated,
    /// The server of an option or a setting.
    Custom,
}

/// The endpoint of the option, else of the settings, else Amazon's.
fn find_endpoint(
    server: &ServerArgs,
    settings: &Settings,
    region: &Region,
) -> Result<Endpoint, Failure> {
    if let Some(url) = &server.endpoint_url {
        return Ok(Endpoint { url: url.clone(), server: Server::Custom });
    }
    let (variant, configured) = (Variant::of(settings)?, settings.endpoint_url()?);
    match configured {
        // As in the AWS tools, such an endpoint replaces Amazon's for IPv6 and FIPS too.
        Some(url) if !variant.is_accelerated() => Ok(Endpoint { url, server: Server::Custom }),
        Some(_) => Err(Failure::usage(
            "the settings ask for transfer acceleration, and for an endpoint that is not Amazon's",
        )
        .hint(WHERE_CONFIGURED)),
        None => {
            let server =
                if variant.is_accelerated() { Server::Accelerated } else { Server::Amazon };
            Ok(Endpoint { url: variant.endpoint(region)?, server })
        }
    }
}

/// Like boto3: path-style for a custom endpoint, and where a certificate for `*.host` would not cover the name.
fn style(
    server: &ServerArgs,
    settings: &Settings,
    endpoint: &Endpoint,
    name: &str,
) -> Result<UrlStyle, Failure> {
    if matches!(endpoint.server, Server::Accelerated) {
        if server.path_style || name.contains('.') {
            return Err(Failure::usage("transfer acceleration has no path-style URLs").hint(
                "leave --path-style and s3.use_accelerate_endpoint out; a bucket with a dot in its name cannot be accelerated",
            ));
        }
        return Ok(UrlStyle::VirtualHosted);
    }
    let is_custom = matches!(endpoint.server, Server::Custom);
    let configured = settings.of_s3("addressing_style")?;
    let is_path = match (server.path_style, server.virtual_hosted, configured.as_deref()) {
        (true, _, _) | (false, false, Some("path")) => true,
        (false, true, _) => false,
        (false, false, Some("virtual")) => {
            name.contains('.') && endpoint.url.starts_with("https://")
        }
        (false, false, _) => is_custom || name.contains('.'),
    };
    Ok(if is_path { UrlStyle::Path } else { UrlStyle::VirtualHosted })
}

fn find_region(server: &ServerArgs, settings: &Settings) -> Result<Region, Failure> {
    let region = match &server.region {
        Some(region) => Some(region.clone()),
        None => settings.region()?,
    };
    let region = region.ok_or_else(|| {
        Failure::usage("the region is missing")
            .hint("add the bucket's region: --region eu-west-1, or auto for R2")
    })?;
    Region::new(region).map_err(|error| Failure::usage(error.to_string()))
}
