//! `signpost lifecycle`: writes the lifecycle configuration of a bucket.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html>

#![allow(clippy::doc_markdown, reason = "--help prints the comments on arguments")]

mod formats;

use alloc::collections::BTreeMap;
use std::process::ExitCode;

use ::rules::{BucketEntry, UploadRule};
use clap::ValueEnum;

use self::formats::{to_aws, to_r2, to_xml};
use crate::configured::{ConfigArgs, Configured, Rule};
use crate::failure::Failure;
use crate::{bucket_choice, terminal};

/// Writes the lifecycle configuration with which the bucket removes unconfirmed files and the parts of uploads that nobody
/// completed.
///
/// It replaces the bucket's whole lifecycle configuration: add the rules that the bucket has already.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  signpost lifecycle > lifecycle.json
  aws s3api put-bucket-lifecycle-configuration --bucket acme-media \\
    --lifecycle-configuration file://lifecycle.json
  signpost lifecycle --format r2 > lifecycle.json
  npx wrangler r2 bucket lifecycle set media --file lifecycle.json")]
pub(crate) struct LifecycleArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The bucket's name in [vars.BUCKETS], if there are several.
    #[arg(long, value_name = "NAME")]
    bucket: Option<String>,
    /// The format; by default that of the bucket's provider.
    #[arg(long, value_enum)]
    format: Option<LifecycleFormat>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum LifecycleFormat {
    /// JSON, for `aws s3api put-bucket-lifecycle-configuration`.
    Aws,
    /// JSON, for `wrangler r2 bucket lifecycle set`.
    R2,
    /// XML, for S3's own `PUT /bucket?lifecycle`.
    Xml,
}

/// What a bucket removes, by the prefix of the keys: S3 accepts one rule of a kind for a prefix.
#[derive(Default)]
struct Lifecycle<'c> {
    unconfirmed: BTreeMap<&'c str, Unconfirmed<'c>>,
    /// The first upload rule of each prefix with uploads in parts, which end after a day at most.
    parts: BTreeMap<&'c str, &'c str>,
}

/// Files with a tag, which are removed after some days.
struct Unconfirmed<'c> {
    /// The first upload rule.
    rule: &'c str,
    /// The fewest days of the rules with the same prefix.
    days: u64,
    tag: (&'static str, &'static str),
}

/// Days after which the parts of an upload that nobody completed are removed.
const ABORT_DAYS: u64 = 1;

/// Writes the configuration of one bucket, in the format of its provider.
pub(crate) fn run(args: &LifecycleArgs) -> Result<ExitCode, Failure> {
    let configured = Configured::read(&args.config)?;
    let bucket = bucket_choice::choose(&configured, args.bucket.as_deref())?;
    let lifecycle = Lifecycle::of(&configured, bucket);
    if lifecycle.unconfirmed.is_empty() && lifecycle.parts.is_empty() {
        return Err(Failure::rejected(format!(
            "no rule for {} leaves anything that the bucket must remove",
            configured.place_of_bucket(bucket)
        ))
        .hint("a lifecycle configuration is for rules with `expire_unconfirmed`, and for files in parts"));
    }
    let default_format = match bucket.provider().cors() {
        ::rules::CorsFormat::R2 => LifecycleFormat::R2,
        ::rules::CorsFormat::Aws | ::rules::CorsFormat::Google => LifecycleFormat::Aws,
    };
    match args.format.unwrap_or(default_format) {
        LifecycleFormat::Aws => terminal::show_json(&to_aws(&lifecycle))?,
        LifecycleFormat::R2 => terminal::show_json(&to_r2(&lifecycle)?)?,
        LifecycleFormat::Xml => terminal::show(&to_xml(&lifecycle))?,
    }
    terminal::note(
        "hint: this replaces all lifecycle rules of the bucket; add those that it has already",
    );
    Ok(ExitCode::SUCCESS)
}

impl<'c> Lifecycle<'c> {
    fn of(configured: &'c Configured, bucket: &'c BucketEntry) -> Self {
        let mut lifecycle = Self::default();
        for named in configured.rules_of(bucket) {
            if let Rule::Upload(rule) = named.rule {
                lifecycle.add(named.name, rule);
            }
        }
        lifecycle
    }

    fn add(&mut self, name: &'c str, rule: &'c UploadRule) {
        let prefix = rule.key().prefix();
        if let Some((days, tag)) = rule.expire_unconfirmed() {
            let unconfirmed = Unconfirmed { rule: name, days, tag };
            let entry = self.unconfirmed.entry(prefix).or_insert(unconfirmed);
            entry.days = entry.days.min(days);
        }
        // The Worker stores a form of unknown size in parts.
        if rule.takes_parts() || rule.is_bound() {
            self.parts.entry(prefix).or_insert(name);
        }
    }
}
