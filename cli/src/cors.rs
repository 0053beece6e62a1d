//! `signpost cors`: what the bucket has to tell browsers.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>

mod formats;

use alloc::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use ::rules::{BucketEntry, UploadRule};
use serde_json::json;

use self::formats::{list, to_aws, to_gcs, to_r2, to_xml};
use crate::args::{CorsArgs, CorsFormat};
use crate::configured::{Configured, Rule};
use crate::failure::Failure;
use crate::{bucket_choice, terminal};

/// The headers of a PUT's checksum, of which a page sends one if it likes.
const CHECKSUMS: [&str; 5] = [
    "x-amz-checksum-crc32",
    "x-amz-checksum-crc32c",
    "x-amz-checksum-crc64nvme",
    "x-amz-checksum-sha1",
    "x-amz-checksum-sha256",
];

/// Writes the configuration of one bucket, in the form that its provider takes.
pub(crate) fn run(args: &CorsArgs) -> Result<ExitCode, Failure> {
    let configured = Configured::read(&args.config)?;
    let bucket = bucket_choice::choose(&configured, args.bucket.as_deref())?;
    let rules = rules(&configured, bucket);
    if rules.is_empty() {
        return Err(Failure::refused(format!(
            "no page asks the bucket of {} by script",
            configured.place_of_bucket(bucket)
        ))
        .hint(r#"name the pages in a rule: origins = ["https://www.example.com"]"#));
    }
    let by_provider = match bucket.provider().cors() {
        ::rules::CorsFormat::Aws => CorsFormat::Aws,
        ::rules::CorsFormat::R2 => CorsFormat::R2,
        ::rules::CorsFormat::Google => CorsFormat::Gcs,
    };
    match args.format.unwrap_or(by_provider) {
        CorsFormat::Aws => terminal::show_json(&json!({ "CORSRules": list(&rules, to_aws) }))?,
        CorsFormat::R2 => terminal::show_json(&json!({ "rules": list(&rules, to_r2) }))?,
        CorsFormat::Gcs => terminal::show_json(&list(&rules, to_gcs))?,
        CorsFormat::Xml => terminal::show(&to_xml(&rules))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What pages of the same origins need.
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
            continue; // no page may ask
        }
        origins.sort_unstable();
        let rule = rules.entry(origins).or_default();
        match named.rule {
            Rule::Upload(upload) => rule.uploads(upload),
            Rule::Download(_) => rule.downloads(),
        }
    }
    rules
}

impl CorsRule {
    fn uploads(&mut self, rule: &UploadRule) {
        // Of a part, the page hands the ETag back.
        self.exposed.insert("ETag");
        if rule.takes_forms() && !rule.is_bound() {
            // A form has only headers that browsers send unasked; a bound bucket's goes to the Worker.
            self.methods.insert("POST");
        }
        if rule.takes_puts() || rule.takes_parts() {
            // Parts, and files by uploaders that take no form.
            self.methods.insert("PUT");
            self.headers.insert("content-type".into());
            self.headers.extend(rule.metadata_headers().map(String::from));
        }
        if rule.takes_forms() {
            return; // which carry the rest as fields
        }
        if rule.takes_checksums() {
            self.headers.extend(CHECKSUMS.map(String::from));
        }
        if rule.forbids_overwrite() {
            self.headers.insert("if-none-match".into());
        }
    }

    fn downloads(&mut self) {
        self.methods.extend(["GET", "HEAD"]);
        self.headers.insert("range".into());
        self.exposed.extend(["Accept-Ranges", "Content-Disposition", "Content-Range", "ETag"]);
    }
}
