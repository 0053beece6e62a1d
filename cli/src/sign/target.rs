//! The bucket and key of an `s3://` URI, with the bucket's endpoint.

use rules::{AmazonBucketKind, AmazonSettings, BucketAddress, ResolvedBucket};
use signer::{Bucket, Credentials, Region, Signer, UnixTime, UrlStyle};

use super::address::{self, WHERE_CONFIGURED};
use super::amazon::amazon_settings;
use super::args::{ServerArgs, SignArgs};
use super::settings::Settings;
use crate::failure::Failure;

/// A bucket, and the key in it if the command line gives one.
pub(crate) struct Target {
    pub(crate) bucket: Bucket,
    kind: AmazonBucketKind,
    pub(crate) key: Option<String>,
}

impl Target {
    /// Parses `s3://bucket/key`, and finds the bucket's region and endpoint.
    pub(crate) fn parse(args: &SignArgs) -> Result<Self, Failure> {
        let uri = args.target.as_deref().unwrap_or_default();
        let rest = uri
            .strip_prefix("s3://")
            .ok_or_else(|| Failure::usage(format!("expected s3://BUCKET/KEY, found {uri:?}")))?;
        let (name, key) = rules::split_arn(rest).unwrap_or_else(|| {
            rest.split_once('/').map_or((rest, None), |(name, key)| (name, Some(key)))
        });
        let settings = Settings::find(&args.credentials)?;
        let region = find_region(&args.server, &settings)?;
        let endpoint = find_endpoint(&args.server, &settings)?;
        let address = BucketAddress {
            name,
            region: region.as_ref(),
            endpoint: endpoint.url.as_deref(),
            style: style(&args.server, &settings, &endpoint, name)?,
            settings: endpoint.amazon,
        };
        let is_configured = args.server.endpoint_url.is_none();
        let ResolvedBucket { bucket, kind } =
            address::resolve(&address, args.action, is_configured)?;
        Ok(Self { bucket, kind, key: key.filter(|key| !key.is_empty()).map(String::from) })
    }

    /// Whether a form can store a file there.
    pub(crate) fn accepts_forms(&self) -> bool {
        self.kind.accepts_forms()
    }

    /// A signer for the bucket's region and service.
    pub(crate) fn signer<'c>(&self, credentials: &'c Credentials, now: UnixTime) -> Signer<'c> {
        self.kind.signer(credentials, &self.bucket, now)
    }
}

/// The server.
struct Endpoint {
    /// The URL of an option or a setting, without the bucket; none for Amazon.
    url: Option<String>,
    /// Which of Amazon's endpoints is used.
    amazon: AmazonSettings,
}

/// The endpoint of the option, else of the settings, else Amazon's.
fn find_endpoint(server: &ServerArgs, settings: &Settings) -> Result<Endpoint, Failure> {
    let custom = |url| Endpoint { url: Some(url), amazon: AmazonSettings::default() };
    if let Some(url) = &server.endpoint_url {
        return Ok(custom(url.clone()));
    }
    let amazon = amazon_settings(settings)?;
    match settings.endpoint_url()? {
        // As in the AWS tools, such an endpoint replaces Amazon's for IPv6 and FIPS too.
        Some(url) if !amazon.accelerate => Ok(custom(url)),
        Some(_) => Err(Failure::usage(
            "the settings ask for transfer acceleration, and for an endpoint that is not Amazon's",
        )
        .hint(WHERE_CONFIGURED)),
        None => Ok(Endpoint { url: None, amazon }),
    }
}

/// The style that an option or a setting asks for.
fn style(
    server: &ServerArgs,
    settings: &Settings,
    endpoint: &Endpoint,
    name: &str,
) -> Result<Option<UrlStyle>, Failure> {
    let configured = settings.of_s3("addressing_style")?;
    let has_tls = endpoint.url.as_ref().is_none_or(|url| url.starts_with("https://"));
    Ok(match (server.path_style, server.virtual_hosted, configured.as_deref()) {
        (true, _, _) => Some(UrlStyle::Path),
        (false, true, _) => Some(UrlStyle::VirtualHosted),
        // As in the AWS tools, these are only wishes.
        (false, false, _) if endpoint.amazon.accelerate => None,
        (false, false, Some("path")) if !rules::has_no_path_style(name) => Some(UrlStyle::Path),
        (false, false, Some("virtual"))
            if UrlStyle::VirtualHosted.can_name(name) && !(has_tls && name.contains('.')) =>
        {
            Some(UrlStyle::VirtualHosted)
        }
        (false, false, _) => None,
    })
}

fn find_region(server: &ServerArgs, settings: &Settings) -> Result<Option<Region>, Failure> {
    let region = match &server.region {
        Some(region) => Some(region.clone()),
        None => settings.region()?,
    };
    region.map(Region::new).transpose().map_err(|error| Failure::usage(error.to_string()))
}
