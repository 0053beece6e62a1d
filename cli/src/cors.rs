//! `signpost cors`: what the bucket has to tell browsers.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html>

mod formats;

use alloc::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use ::rules::UploadRule;
use serde_json::json;

use self::formats::{list, to_aws, to_gcs, to_r2, to_xml};
use crate::args::{CorsArgs, CorsFormat};
use crate::configured::{Configured, Entry};
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
    let rules = rules(&configured, &bucket);
    if rules.is_empty() {
        return Err(Failure::refused(format!(
            "no page asks the bucket of {} by script",
            bucket.place
        ))
        .hint(r#"name the pages in a rule: origins = ["https://www.example.com"]"#));
    }
    let by_provider = match bucket.text("provider") {
        Some("r2") => CorsFormat::R2,
        Some("gcs") => CorsFormat::Gcs,
        _ => CorsFormat::Aws,
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

fn rules(configured: &Configured, bucket: &Entry<'_>) -> Rules {
    let mut rules = Rules::new();
    let entries = |section| {
        let entries = configured.entries(section).into_iter();
        entries.filter(|entry| entry.text("bucket") == Some(bucket.name))
    };
    for entry in entries("UPLOADS") {
        let Ok(upload) = configured.rules.upload(entry.name) else { continue };
        let Some(rule) = of_origins(&mut rules, &entry) else { continue };
        rule.uploads(upload, &entry);
    }
    for entry in entries("DOWNLOADS") {
        let Some(rule) = of_origins(&mut rules, &entry) else { continue };
        rule.methods.extend(["GET", "HEAD"]);
        rule.headers.insert("range".into());
        rule.exposed.extend(["Accept-Ranges", "Content-Disposition", "Content-Range", "ETag"]);
    }
    rules
}

impl CorsRule {
    fn uploads(&mut self, rule: &UploadRule, entry: &Entry<'_>) {
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
            let (names, prefix) = (entry.texts("metadata"), rule.metadata_prefix());
            self.headers.extend(names.iter().map(|name| format!("{prefix}{name}")));
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
}

/// The rule for this entry's origins; none if no page may ask.
fn of_origins<'r>(rules: &'r mut Rules, entry: &Entry<'_>) -> Option<&'r mut CorsRule> {
    let mut origins: Vec<_> = entry.texts("origins").into_iter().map(String::from).collect();
    origins.sort_unstable();
    (!origins.is_empty()).then(|| rules.entry(origins).or_default())
}
