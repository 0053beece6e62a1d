//! The command line.

#![allow(clippy::doc_markdown, reason = "these comments are what --help prints")]

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use crate::explain::args::ExplainArgs;
pub(crate) use crate::sign::args::SignArgs;

/// Checks a Signpost configuration, derives what bucket and page need from it, signs, and explains.
///
/// Signpost is a Cloudflare Worker that hands web pages signed ways into a private S3 bucket. This command is for its
/// operator: it reads the same wrangler.toml, decides by the same rules and signs with the same code.
#[derive(Debug, Parser)]
#[command(name = "signpost", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 done, 1 refused, 2 asked for in a wrong way.")]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(CheckArgs),
    Iam(IamArgs),
    Cors(CorsArgs),
    Csp(CspArgs),
    Sign(Box<SignArgs>),
    Explain(Box<ExplainArgs>),
    /// Writes the completions of a shell.
    ///
    /// Example: signpost completions bash > ~/.local/share/bash-completion/completions/signpost
    Completions {
        shell: Shell,
    },
    /// Writes the manual, one page for each command.
    #[command(hide = true)]
    Man {
        directory: PathBuf,
    },
}

/// Says what the Worker would refuse, and what a reviewer would ask about.
///
/// Errors stop a deployment: `npm run build` runs this first. Warnings are for you to weigh.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  signpost check
  signpost check --env production --strict
  signpost check --json | jq -r '.[] | \"\\(.line): \\(.message)\"'")]
pub(crate) struct CheckArgs {
    /// The configuration.
    #[arg(default_value = "wrangler.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// The environment, as wrangler's own --env.
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Checks the top level and every environment, since any of them may be deployed.
    #[arg(long, conflicts_with = "env")]
    pub(crate) every_env: bool,
    /// Writes findings as a JSON array: severity, code, place, message, hint, file, line, column.
    #[arg(long)]
    pub(crate) json: bool,
    /// Exits with 1 for a warning too.
    #[arg(long)]
    pub(crate) strict: bool,
}

/// Which configuration.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigArgs {
    /// The configuration.
    #[arg(long, short, default_value = "wrangler.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// The environment, as wrangler's own --env.
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
}

/// Writes the least that the bucket's credentials must be allowed.
///
/// An IAM policy of exact actions and keys, for links and forms no older than the rules let them be. For R2, B2, Google
/// and Garage, which have no such policies, the scope of a token in words.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  signpost iam > policy.json
  aws iam put-user-policy --user-name signpost --policy-name signpost --policy-document file://policy.json
  signpost iam --bucket-policy --principal arn:aws:iam::111122223333:user/signpost > bucket-policy.json
  aws s3api put-bucket-policy --bucket acme-media --policy file://bucket-policy.json")]
pub(crate) struct IamArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// The bucket's name in [vars.BUCKETS], if there are several.
    #[arg(long, value_name = "NAME")]
    pub(crate) bucket: Option<String>,
    /// Writes the bucket's own policy instead: it gives the same, and takes everything else.
    #[arg(long, requires = "principal")]
    pub(crate) bucket_policy: bool,
    /// Whose credentials they are, for --bucket-policy.
    #[arg(long, value_name = "ARN", requires = "bucket_policy")]
    pub(crate) principal: Option<String>,
}

/// Writes the CORS configuration with which the pages' uploads and downloads work.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  signpost cors > cors.json
  aws s3api put-bucket-cors --bucket acme-media --cors-configuration file://cors.json
  signpost cors --format r2 > cors.json
  npx wrangler r2 bucket cors set media --file cors.json")]
pub(crate) struct CorsArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// The bucket's name in [vars.BUCKETS], if there are several.
    #[arg(long, value_name = "NAME")]
    pub(crate) bucket: Option<String>,
    /// The form it is written in; the provider's own by default.
    #[arg(long, value_enum)]
    pub(crate) format: Option<CorsFormat>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum CorsFormat {
    /// JSON, for `aws s3api put-bucket-cors`.
    Aws,
    /// JSON, for `wrangler r2 bucket cors set`.
    R2,
    /// JSON, for `gcloud storage buckets update --cors-file`.
    Gcs,
    /// XML, for S3's own `PUT /bucket?cors`.
    Xml,
}

/// Writes what the pages' Content-Security-Policy must let through.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  signpost csp --worker https://signpost.example.workers.dev")]
pub(crate) struct CspArgs {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// The Worker's own URL.
    #[arg(long, value_name = "URL")]
    pub(crate) worker: String,
    /// Writes JSON: directives by origin.
    #[arg(long)]
    pub(crate) json: bool,
}
