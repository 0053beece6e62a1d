//! The arguments of `signpost explain`.

#![allow(clippy::doc_markdown, reason = "the comments on arguments are what --help prints")]

use std::path::PathBuf;

use signer::UnixTime;

use crate::sign::args::CredentialArgs;

/// Explains why a bucket rejected a signed link or form, and what to do.
///
/// Pass what you have: the link, the form as JSON {"url", "fields"}, the browser's HAR, the bucket's XML error. All
/// inputs are about the same request, and more of them give a better answer: the bucket's error shows what the bucket
/// received, and with the credentials that signed, the command computes signatures to find what was changed. It sends
/// nothing, and shows no signature, token or secret.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  signpost explain 'https://acme-media.s3.eu-west-1.amazonaws.com/ada.png?X-Amz-Algorithm=...'
  signpost explain link.txt error.xml --method PUT --header 'content-type: image/png'
  signpost explain upload.har --env-file .dev.vars --credentials MEDIA --config wrangler.toml
  pbpaste | signpost explain --json | jq -r '.[].causes[].code'

To get a HAR: in the browser's developer tools, Network, \"Save all as HAR with content\". It contains all that the page sent, tokens too.

Put a link into single quotes: otherwise the shell ends it at the first &.

Credentials are optional; the first of these that exist: --env-file, --profile, AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY in the environment, the default profile of the shared AWS files. Never put them on the command
line, which other users of the machine can read.

Exit status: 0 no problems found, 1 problems found, 2 usage error.")]
pub(crate) struct ExplainArgs {
    /// A link, or a file with a link, form, HAR or error; - or none for standard input.
    #[arg(value_name = "TEXT|FILE")]
    pub(crate) inputs: Vec<String>,
    /// The method that was sent.
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// A header that was sent, 'name: value'; may be repeated. Name all that matter: a missing one counts as not sent.
    #[arg(long, value_name = "HEADER")]
    pub(crate) header: Vec<String>,
    /// Only the headers that every request has were sent.
    #[arg(long, conflicts_with = "header")]
    pub(crate) no_header: bool,
    /// The method that was signed.
    #[arg(long, value_name = "METHOD")]
    pub(crate) signed_method: Option<String>,
    /// A header as it was signed, 'name: value'; may be repeated.
    #[arg(long, value_name = "HEADER")]
    pub(crate) signed_header: Vec<String>,
    /// The time to judge by, such as 2026-11-23T19:00:00Z; by default the time in the HAR or error, else now.
    #[arg(long, value_parser = crate::clock::parse, value_name = "INSTANT")]
    pub(crate) at: Option<UnixTime>,
    /// The bucket's region, to compare with the signed one; also from the configuration.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// The configuration, for the regions, hosts and types of its buckets.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The environment, as in wrangler's --env.
    #[arg(long, value_name = "NAME", requires = "config")]
    pub(crate) env: Option<String>,
    /// A profile of ~/.aws/config and ~/.aws/credentials.
    #[arg(long, value_name = "NAME", conflicts_with = "env_file")]
    pub(crate) profile: Option<String>,
    /// A file of NAME=value lines, such as .dev.vars.
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
    /// The first part of the variables' names: MEDIA for MEDIA_ACCESS_KEY_ID.
    #[arg(long, value_name = "NAME", default_value = "AWS")]
    pub(crate) credentials: String,
    /// Writes a JSON array: subject, causes (code, message, hint), remarks, comparisons.
    #[arg(long)]
    pub(crate) json: bool,
}

impl ExplainArgs {
    /// Where to find credentials, as for `signpost sign`.
    pub(crate) fn credential_args(&self) -> CredentialArgs {
        let (profile, env_file) = (self.profile.clone(), self.env_file.clone());
        CredentialArgs { profile, env_file, credentials: self.credentials.clone() }
    }
}
