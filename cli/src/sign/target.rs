//! The bucket and key of an `s3://` URI, with the bucket's endpoint.

use std::env;

use rules::Provider;
use signer::{Bucket, Region, UrlStyle};

use super::args::{ServerArgs, SignArgs};
use crate::failure::Failure;

/// A bucket, and the key in it if the command line gives one.
pub(crate) struct Target {
    pub(crate) bucket: Bucket,
    pub(crate) key: Option<String>,
}

impl Target {
    /// Parses `s3://bucket/key`; `region` is the region of the profile.
    pub(crate) fn parse(args: &SignArgs, region: Option<&str>) -> Result<Self, Failure> {
        let uri = args.target.as_deref().unwrap_or_default();
        let rest = uri
            .strip_prefix("s3://")
            .ok_or_else(|| Failure::usage(format!("expected s3://BUCKET/KEY, found {uri:?}")))?;
        let (name, key) =
            rest.split_once('/').map_or((rest, None), |(name, key)| (name, Some(key)));
        let region = find_region(&args.server, region)?;
        let endpoint = args.server.endpoint_url.clone();
        let endpoint =
            endpoint.or_else(|| Provider::amazon().endpoint(&region)).unwrap_or_default();
        let style = style(&args.server, name);
        let bucket = Bucket::new(endpoint.trim_end_matches('/'), style, name, region)
            .map_err(|error| Failure::usage(error.to_string()))?;
        Ok(Self { bucket, key: key.filter(|key| !key.is_empty()).map(String::from) })
    }
}

/// Like boto3: path-style for a custom endpoint, and where a certificate for `*.host` would not cover the name.
fn style(server: &ServerArgs, name: &str) -> UrlStyle {
    let is_custom = server.endpoint_url.is_some();
    if server.path_style || (!server.virtual_hosted && (is_custom || name.contains('.'))) {
        UrlStyle::Path
    } else {
        UrlStyle::VirtualHosted
    }
}

fn find_region(server: &ServerArgs, profile_region: Option<&str>) -> Result<Region, Failure> {
    let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let region = server.region.clone().or_else(|| variable("AWS_REGION"));
    let region =
        region.or_else(|| variable("AWS_DEFAULT_REGION")).or(profile_region.map(String::from));
    let region = region.ok_or_else(|| {
        Failure::usage("the region is missing")
            .hint("add the bucket's region: --region eu-west-1, or auto for R2")
    })?;
    Region::new(region).map_err(|error| Failure::usage(error.to_string()))
}
