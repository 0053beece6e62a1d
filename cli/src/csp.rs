//! `signpost csp`: what the pages' own policy has to let through.
//!
//! Spec: <https://www.w3.org/TR/CSP3/>

use alloc::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use rules::Origin;
use signer::HttpUrl;

use crate::args::CspArgs;
use crate::configured::Configured;
use crate::failure::Failure;
use crate::terminal;

type Directives = BTreeMap<&'static str, BTreeSet<String>>;

/// Writes the directives for each origin that may ask.
pub(crate) fn run(args: &CspArgs) -> Result<ExitCode, Failure> {
    let configured = Configured::read(&args.config)?;
    let worker = args.worker.trim_end_matches('/');
    let pages = pages(&configured, worker);
    if pages.is_empty() {
        return Err(Failure::refused("no rule has origins")
            .hint(r#"name the pages: origins = ["https://www.example.com"]"#));
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
        terminal::tell(
            "hint: add the sources to those that the page has; img-src and media-src are for pages that show what they download",
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// What each origin's pages need, by directive.
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
        // A bound bucket's forms go to the Worker; parts, and files by PUT, go to the bucket whatever forms do.
        add(origins, &["connect-src"], worker);
        add(origins, &["connect-src"], &bucket);
        if rule.takes_forms() {
            // A browser holds the redirect at a form's end to the same directive.
            let takes = if rule.is_bound() { worker } else { bucket.as_str() };
            add(origins, &["form-action"], takes);
            let redirect = rule.redirect().and_then(HttpUrl::parse);
            add(origins, &["form-action"], redirect.map_or(worker, |url| url.origin()));
        }
    }
    for (_, rule) in configured.rules.downloads() {
        let (origins, bucket) = (rule.access().origins(), rule.bucket().bucket().origin());
        add(origins, &["connect-src", "img-src", "media-src"], worker);
        add(origins, &["connect-src", "img-src", "media-src"], &bucket);
    }
    pages
}
