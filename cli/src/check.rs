//! `signpost check`: lists errors that the Worker would report, and warnings that a reviewer would raise.

#![allow(clippy::doc_markdown, reason = "--help prints the comments on arguments")]

use alloc::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rules::ConfigError;

use crate::configured::Configured;
use crate::env_file::EnvFile;
use crate::failure::Failure;
use crate::finding::{Finding, Severity};
use crate::report::{self, Source};
use crate::wrangler::{self, Format, Malformed, Wrangler};
use crate::{hint, lint, mask, terminal};

/// Lists errors that the Worker would report, and warnings that a reviewer would raise.
///
/// Errors stop a deployment, because `npx signpost-deploy` runs this command first. Warnings and recommendations do not. In
/// a clone of the repository, `npm run build` runs it first.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  signpost check
  signpost check --env production --strict
  signpost check --json | jq -r '.[] | \"\\(.line): \\(.message)\"'")]
pub(crate) struct CheckArgs {
    /// The configuration file; by default the one that wrangler uses, wrangler.json, wrangler.jsonc or wrangler.toml; without one, the worker.config.json that `cf build` wrote.
    #[arg(value_name = "FILE")]
    config: Option<PathBuf>,
    /// The environment, as in wrangler's --env.
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
    /// Checks the top level and every environment, since any of them may be deployed.
    #[arg(long, conflicts_with = "env")]
    every_env: bool,
    /// Writes findings as a JSON array: severity, code, place, message, hint, file, line, column.
    #[arg(long)]
    json: bool,
    /// Exits with 1 for warnings too, but not for recommendations.
    #[arg(long)]
    strict: bool,
}

/// Checks a configuration. The exit status is 1 if there is an error or, with `--strict`, a warning.
pub(crate) fn run(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let config = wrangler::find(args.config.as_deref(), args.env.as_deref())?;
    let (path, text) = (config.to_string_lossy(), wrangler::read(&config)?);
    let (findings, masked) = match Wrangler::parse(&path, &text, args.env.as_deref())? {
        Ok(wrangler) if args.every_env => check_every(&wrangler, &config, &text)?,
        Ok(wrangler) => {
            let findings = check(&wrangler, &config);
            (findings, mask::secrets(&text, &wrangler.vars(), &wrangler))
        }
        Err(error) => (vec![malformed(error)], mask::all_strings(&text)),
    };
    let source = Source { path: &path, text: &masked };
    if args.json {
        terminal::show_json(&report::to_json(&findings, source))?;
    } else {
        if !findings.is_empty() {
            terminal::show_styled(&report::to_text(&findings, source))?;
            if let Some(note) = note(Format::of(&config))
                && findings.iter().any(|finding| finding.code != "not-json")
            {
                terminal::note(note);
            }
        }
        terminal::note(&summary(&findings, &path, args.env.as_deref()));
    }
    let fails = |finding: &Finding| match finding.severity {
        Severity::Error => true,
        Severity::Warning => args.strict,
        Severity::Recommendation => false,
    };
    Ok(ExitCode::from(u8::from(findings.iter().any(fails))))
}

/// Checks the top level, and each environment below it.
fn check_every(
    top: &Wrangler<'_>,
    config: &Path,
    text: &str,
) -> Result<(Vec<Finding>, String), Failure> {
    let (mut findings, mut masked) = (check(top, config), mask::secrets(text, &top.vars(), top));
    for env in top.envs() {
        if let Ok(wrangler) = Wrangler::parse(&config.to_string_lossy(), text, Some(env))? {
            findings.extend(check(&wrangler, config));
            masked = mask::secrets(&masked, &wrangler.vars(), &wrangler);
        }
    }
    Ok((findings, masked))
}

/// All findings, in the order of the file.
fn check(wrangler: &Wrangler<'_>, config: &Path) -> Vec<Finding> {
    let mut findings = match Configured::parse(wrangler.vars()) {
        Ok(configured) => {
            let mut findings = lint::configuration(&configured, wrangler);
            findings.extend(lint::refused_secrets(&configured.rules, &dev_vars(wrangler, config)));
            findings
        }
        Err(errors) => errors.iter().map(rejected).collect(),
    };
    findings.extend(lint::variables(&wrangler.vars(), wrangler));
    for finding in &mut findings {
        finding.span = match finding.place.as_str() {
            place @ ("vars" | "secrets" | "secrets.required" | "cache" | "exports"
            | "observability" | "logpush") => wrangler.span(place),
            place => wrangler.span(&format!("vars.{place}")),
        };
    }
    findings.sort_by_key(|finding| (finding.span.start, finding.severity));
    findings
}

/// The variables that `wrangler dev` would load: `.dev.vars.NAME` replaces `.dev.vars`. A file that cannot be read has none.
fn dev_vars(wrangler: &Wrangler<'_>, config: &Path) -> BTreeMap<String, String> {
    let of_env = wrangler.env().map(|env| format!(".dev.vars.{env}"));
    let mut names = of_env.into_iter().chain([".dev.vars".into()]);
    let folder = wrangler::project_folder(config);
    let file = names.find_map(|name| EnvFile::read(&folder.join(name)).ok());
    file.map(EnvFile::into_values).unwrap_or_default()
}

/// The finding for an error that the Worker itself reports.
fn rejected(error: &ConfigError) -> Finding {
    Finding::error("refused", error.place()).says(error.problem()).hint(hint::of_error(error))
}

/// How to read the hints if the file is not TOML.
const fn note(format: Format) -> Option<&'static str> {
    match format {
        Format::Toml => None,
        Format::Json => Some(
            r#"note: the hints show TOML. In JSON, key = "value" is "key": "value", and [vars.BUCKETS.media] is "vars": { "BUCKETS": { "media": { ... } } }"#,
        ),
        Format::BuildOutput => Some(
            r#"note: change cloudflare.config.ts, not the file that was built. The hints show TOML: there, key = "value" is key: "value", and [vars.BUCKETS.media] is BUCKETS: bindings.json({ media: { ... } })"#,
        ),
    }
}

fn malformed(Malformed { format, message, span }: Malformed) -> Finding {
    let message = message.trim();
    let finding = match format {
        Format::Toml => Finding::error("not-toml", "")
            .says(format!("not TOML: {message}"))
            .hint("see https://toml.io for the syntax"),
        Format::Json | Format::BuildOutput => Finding::error("not-json", "").says(format!("not JSON: {message}")).hint(
            "write JSON; only comments, and commas before closing brackets, are allowed as well",
        ),
    };
    Finding { span, ..finding }
}

fn summary(findings: &[Finding], path: &str, env: Option<&str>) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let plural =
        |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let counts = match (count(Severity::Error), count(Severity::Warning)) {
        (0, 0) => "no problems found".into(),
        (errors, warnings) => {
            format!("{}, {}", plural(errors, "error"), plural(warnings, "warning"))
        }
    };
    let recommendations = match count(Severity::Recommendation) {
        0 => String::new(),
        count => format!(", {}", plural(count, "recommendation")),
    };
    let env = env.map_or(String::new(), |env| format!(", environment {env}"));
    format!("{path}{env}: {counts}{recommendations}")
}
