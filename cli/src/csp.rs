//! `signpost csp`: writes the sources that the pages' Content-Security-Policy must allow.
//!
//! Spec: <https://www.w3.org/TR/CSP3/>

#![allow(clippy::doc_markdown, reason = "--help prints the comments on arguments")]

use alloc::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use rules::Origin;
use signer::HttpUrl;

use crate::configured::{ConfigArgs, Configured};
use crate::failure::Failure;
use crate::terminal;

/// Writes the sources that the pages' Content-Security-Policy must allow.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  signpost csp --worker https://signpost.example.workers.dev")]
pub(crate) struct CspArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The Worker's URL.
    #[arg(long, value_name = "URL")]
    worker: String,
    /// Writes a JSON object: the directives of each origin.
    #[arg(long)]
    json: bool,
}

type Directives = BTreeMap<&'static str, BTreeSet<String>>;

/// Writes the directives of each origin.
pub(crate) fn run(args: &CspArgs) -> Result<ExitCode, Failure> {
    let configured = Configured::read(&args.config)?;
    let worker = args.worker.trim_end_matches('/');
    let pages = pages(&configured, worker);
    if pages.is_empty() {
        return Err(Failure::rejected("no rule has origins").hint(
            r#"list the origins of the pages in a rule: origins = ["https://www.example.com"]"#,
        ));
    }
    if args.json {
        terminal::show_json(&pages)?;
    } else {
        let text = pages.iter().map(|(origin, directives)| {
            let lines = directives.iter().map(|(name, sources)| {
                format!(
                    "{name} {};",
                    sources.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
                )
            });
            format!("# pages of {origin}\n{}\n", lines.collect::<Vec<_>>().join("\n"))
        });
        terminal::show(text.collect::<Vec<_>>().join("\n").trim_end())?;
        terminal::note(
            "hint: add these sources to the page's policy; img-src and media-src are only for pages that show what they download",
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// The sources that the pages of each origin need, by directive.
fn pages(configured: &Configured, worker: &str) -> BTreeMap<String, Directives> {
    let mut pages: BTreeMap<String, Directives> = BTreeMap::new();
    let mut add = |origins: &[Origin], names: &[&'static str], source: &str| {
        for origin in origins {
            let page = pages.entry(origin.as_str().into()).or_default();
            for name in names {
                page.entry(name).or_default().insert(source.into());
            }
        }
    };
    for (_, rule) in configured.rules.uploads() {
        let (origins, bucket) = (rule.access().origins(), rule.bucket().bucket().origin());
        // Whole files for a bucket with a binding go to the Worker; parts always go to the bucket.
        add(origins, &["connect-src"], worker);
        if !rule.is_bound() || rule.takes_parts() {
            add(origins, &["connect-src"], &bucket);
        }
        if rule.takes_forms() {
            // Browsers apply form-action also to the redirect after a form.
            let form_target = if rule.is_bound() { worker } else { bucket.as_str() };
            add(origins, &["form-action"], form_target);
            let redirect = rule.redirect().and_then(HttpUrl::parse);
            add(origins, &["form-action"], redirect.map_or(worker, |url| url.origin()));
        }
    }
    for (_, rule) in configured.rules.downloads() {
        let (origins, bucket) = (rule.access().origins(), rule.bucket().bucket().origin());
        add(origins, &["connect-src", "img-src", "media-src"], worker);
        if !rule.is_served() {
            add(origins, &["connect-src", "img-src", "media-src"], &bucket);
        }
    }
    for (_, rule) in configured.rules.credentials() {
        let (origins, bucket) = (rule.access().origins(), rule.bucket().bucket().origin());
        add(origins, &["connect-src"], worker);
        add(origins, &["connect-src"], &bucket);
    }
    pages
}
