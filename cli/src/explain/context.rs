//! The context of an explanation: the operator's credentials, buckets and types.

use ::explain::{Context, KnownBucket};
use rules::BucketEntry;
use signer::HttpUrl;

use super::args::ExplainArgs;
use crate::clock;
use crate::configured::{ConfigArgs, Configured};
use crate::failure::Failure;
use crate::sign::keys;

/// Collects the context. Credentials are optional, unless the command line names a profile or file.
pub(crate) fn find(args: &ExplainArgs) -> Result<Context, Failure> {
    let is_required = args.profile.is_some() || args.env_file.is_some();
    let credentials = match keys::find(&args.credential_args()) {
        Err(failure) if is_required => return Err(failure),
        found => found.ok(),
    };
    let mut context = Context {
        region: args.region.clone(),
        credentials,
        ..Context::at(args.at.unwrap_or_else(clock::now))
    };
    if let Some(config) = &args.config {
        let config = ConfigArgs { config: Some(config.clone()), env: args.env.clone() };
        add_configuration(&mut context, &Configured::read(&config)?);
    }
    Ok(context)
}

fn add_configuration(context: &mut Context, configured: &Configured) {
    for bucket in configured.rules().map(|rule| known_bucket(rule.bucket())) {
        if !context.buckets.contains(&bucket) {
            context.buckets.push(bucket);
        }
    }
    let types = configured.rules.uploads().flat_map(|(_, rule)| rule.types());
    context.types.extend(types.map(|kind| kind.as_str().to_owned()));
}

fn known_bucket(entry: &BucketEntry) -> KnownBucket {
    let bucket = entry.bucket();
    let origin = bucket.origin();
    let host = HttpUrl::parse(&origin).map_or("", |url| url.authority());
    let region = bucket.region().as_str();
    KnownBucket { name: bucket.name().into(), host: host.into(), region: region.into() }
}
