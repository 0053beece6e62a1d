//! `signpost cors`: writes the CORS configuration of a bucket.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>

#![allow(clippy::doc_markdown, reason = "--help prints the comments on arguments")]

mod formats;

use alloc::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use ::rules::{Action, BucketEntry, CredentialsRule, UploadRule};
use clap::ValueEnum;
use serde_json::json;

use self::formats::{list, to_aws, to_gcs, to_r2, to_xml};
use crate::configured::{ConfigArgs, Configured, Rule};
use crate::failure::Failure;
use crate::{bucket_choice, terminal};

/// The headers of clients that sign their requests themselves, besides those of downloads.
const CLIENT_HEADERS: [&str; 11] = [
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "content-md5",
    "content-type",
    "x-amz-checksum-crc32",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-sdk-checksum-algorithm",
    "x-amz-security-token",
    "x-amz-user-agent",
];

/// Writes the CORS configuration that the bucket needs for uploads and downloads by web pages.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  signpost cors > cors.json
  aws s3api put-bucket-cors --bucket acme-media --cors-configuration file://cors.json
  signpost cors --format r2 > cors.json
  npx wrangler r2 bucket cors set media --file cors.json")]
pub(crate) struct CorsArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The bucket's name in [vars.BUCKETS], if there are several.
    #[arg(long, value_name = "NAME")]
    bucket: Option<String>,
    /// The format; by default that of the bucket's provider.
    #[arg(long, value_enum)]
    format: Option<CorsFormat>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum CorsFormat {
    /// JSON, for `aws s3api put-bucket-cors`.
    Aws,
    /// JSON, for `wrangler r2 bucket cors set`.
    R2,
    /// JSON, for `gcloud storage buckets update --cors-file`.
    Gcs,
    /// XML, for S3's own `PUT /bucket?cors`.
    Xml,
}

/// Writes the configuration of one bucket, in the format of its provider.
pub(crate) fn run(args: &CorsArgs) -> Result<ExitCode, Failure> {
    let configured = Configured::read(&args.config)?;
    let bucket = bucket_choice::choose(&configured, args.bucket.as_deref())?;
    let mut rules = rules(&configured, bucket);
    if rules.is_empty() {
        return Err(Failure::rejected(format!(
            "no rule for {} has origins",
            configured.place_of_bucket(bucket)
        ))
        .hint(
            r#"list the origins of the pages in a rule: origins = ["https://www.example.com"]"#,
        ));
    }
    rules.retain(|_, rule| !rule.methods.is_empty());
    if rules.is_empty() {
        terminal::note(
            "no CORS rules are needed: pages send files to the Worker, or read them from it",
        );
    }
    let default_format = match bucket.provider().cors() {
        ::rules::CorsFormat::Aws => CorsFormat::Aws,
        ::rules::CorsFormat::R2 => CorsFormat::R2,
        ::rules::CorsFormat::Google => CorsFormat::Gcs,
    };
    match args.format.unwrap_or(default_format) {
        CorsFormat::Aws => terminal::show_json(&json!({ "CORSRules": list(&rules, to_aws) }))?,
        CorsFormat::R2 => terminal::show_json(&json!({ "rules": list(&rules, to_r2) }))?,
        CorsFormat::Gcs => terminal::show_json(&list(&rules, to_gcs))?,
        CorsFormat::Xml => terminal::show(&to_xml(&rules))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// One CORS rule, for all pages of the same origins.
#[derive(Default)]
struct CorsRule {
    methods: BTreeSet<&'static str>,
    headers: BTreeSet<String>,
    exposed: BTreeSet<&'static str>,
}

type Rules = BTreeMap<Vec<String>, CorsRule>;

fn rules(configured: &Configured, bucket: &BucketEntry) -> Rules {
    let mut rules = Rules::new();
    for named in configured.rules_of(bucket) {
        let origins = named.access().origins().iter();
        let mut origins: Vec<_> = origins.map(|origin| origin.as_str().to_owned()).collect();
        if origins.is_empty() {
            continue; // no page may use this rule
        }
        origins.sort_unstable();
        let rule = rules.entry(origins).or_default();
        match named.rule {
            Rule::Upload(upload) => rule.allow_uploads(upload),
            // A page reads what the Worker sends itself from the Worker.
            Rule::Download(download) if download.is_served() => {}
            Rule::Download(_) => rule.allow_downloads(),
            Rule::Credentials(credentials) => rule.allow_clients(credentials),
        }
    }
    rules
}

impl CorsRule {
    fn allow_uploads(&mut self, rule: &UploadRule) {
        // The page sends back the ETag of each part.
        self.exposed.insert("ETag");
        // Whole files for a bucket with a binding go to the Worker.
        if rule.takes_forms() && !rule.is_bound() {
            // A form needs no allowed headers.
            self.methods.insert("POST");
        }
        if (rule.takes_puts() && !rule.is_bound()) || rule.takes_parts() {
            // Parts are sent by PUT, and so are files from uploaders that do not support forms.
            self.methods.insert("PUT");
            self.headers.extend(rule.put_headers());
        }
    }

    /// Allows what a client sends that signs its requests itself, such as Uppy, which signs URLs, or the AWS SDK, which signs headers.
    fn allow_clients(&mut self, rule: &CredentialsRule) {
        self.headers.extend(CLIENT_HEADERS.map(str::to_owned));
        for action in rule.actions() {
            self.methods.extend(match action {
                Action::Read => {
                    self.allow_downloads();
                    continue;
                }
                // Parts are begun and completed by POST, listed by GET, and aborted by DELETE.
                Action::Write => &["DELETE", "GET", "POST", "PUT"][..],
                Action::List => &["GET"],
                // Several objects are deleted by POST.
                Action::Delete => &["DELETE", "POST"],
            });
            self.exposed.insert("ETag");
        }
    }

    fn allow_downloads(&mut self) {
        self.methods.extend(["GET", "HEAD"]);
        self.headers.insert("range".into());
        self.exposed.extend(["Accept-Ranges", "Content-Disposition", "Content-Range", "ETag"]);
    }
}
