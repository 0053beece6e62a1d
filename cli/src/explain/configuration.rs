//! The buckets and types of the configuration, and where the file sets them.

use std::path::Path;

use ::explain::{Context, KnownBucket};
use rules::BucketEntry;
use signer::HttpUrl;

use crate::configured::Configured;
use crate::failure::Failure;
use crate::report;
use crate::wrangler::{self, Wrangler};

/// The configuration, and the text that it was read from.
struct Source<'s> {
    path: &'s str,
    text: &'s str,
    wrangler: Wrangler<'s>,
    configured: Configured,
}

/// Adds the buckets and types of a file to the context.
pub(super) fn add(context: &mut Context, config: &Path, env: Option<&str>) -> Result<(), Failure> {
    let (path, text) = (config.to_string_lossy(), wrangler::read(config)?);
    let invalid = || {
        Failure::rejected(format!("{path} is not valid"))
            .hint("`signpost check` lists the errors and their places")
    };
    let wrangler = Wrangler::parse(&path, &text, env)?.map_err(|_| invalid())?;
    let configured = Configured::parse(wrangler.vars()).map_err(|_| invalid())?;
    let source = Source { path: &path, text: &text, wrangler, configured };
    context.buckets.extend(source.configured.rules.buckets().map(|bucket| source.bucket(bucket)));
    let types = source.configured.rules.uploads().flat_map(|(_, rule)| rule.types());
    context.types.extend(types.map(|kind| kind.as_str().to_owned()));
    Ok(())
}

impl Source<'_> {
    fn bucket(&self, entry: &BucketEntry) -> KnownBucket {
        let (bucket, place) = (entry.bucket(), self.configured.place_of_bucket(entry));
        let origin = bucket.origin();
        let host = HttpUrl::parse(&origin).map_or("", |url| url.authority());
        let has_endpoint = self.configured.is_set(&place, "endpoint");
        KnownBucket {
            name: bucket.name().into(),
            host: host.into(),
            region: bucket.region().as_str().into(),
            region_setting: self.setting(&place, "region"),
            endpoint_setting: has_endpoint.then(|| self.setting(&place, "endpoint")),
        }
    }

    /// A key and its line. A key that the entry lacks is to be added there.
    fn setting(&self, place: &str, key: &str) -> String {
        let key = format!("{place}.{key}");
        let start = self.wrangler.span(&format!("vars.{key}")).start;
        let (line, _) = report::position(self.text, start);
        self.wrangler.setting(&key, self.path, line)
    }
}
