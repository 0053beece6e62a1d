//! The command line of `signpost explain`.

#![allow(clippy::doc_markdown, reason = "these comments are what --help prints")]

use std::path::PathBuf;

use signer::UnixTime;

use crate::sign::args::CredentialArgs;

/// Says in plain words why a bucket refused a signed link or form, and what to do.
///
/// Give it what you have: the link, the form as JSON {"url", "fields"}, the browser's HAR, the XML that the bucket
/// answered. Several texts are about one and the same request, and the more the better: with the bucket's error it
/// knows what the bucket saw, and with the credentials that signed it finds out what was changed since, by computing
/// the signature. It sends nothing anywhere, and shows no signature, no token and no secret.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  signpost explain 'https://acme-media.s3.eu-west-1.amazonaws.com/ada.png?X-Amz-Algorithm=...'
  signpost explain link.txt error.xml --method PUT --header 'content-type: image/png'
  signpost explain upload.har --env-file .dev.vars --credentials MEDIA --config wrangler.toml
  pbpaste | signpost explain --json | jq -r '.[].causes[].code'

A HAR: the browser's developer tools, Network, \"Save all as HAR with content\"; it holds what the page sent, tokens too.

Put a link between apostrophes: shells end it at the first &.

Credentials, if they are there: --env-file, --profile, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, the
default profile of the shared AWS files; never the command line, which other users of the machine can read.

Exit codes: 0 nothing is wrong, 1 something is, 2 nothing was given that can be explained.")]
pub(crate) struct ExplainArgs {
    /// A link, or a file with a link, form, HAR or error; - or nothing for standard input.
    #[arg(value_name = "TEXT|FILE")]
    pub(crate) inputs: Vec<String>,
    /// The method that was used.
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// A header that was sent, 'name: value'; may stand again. Name all that matter: one that is missing counts as not sent.
    #[arg(long, value_name = "HEADER")]
    pub(crate) header: Vec<String>,
    /// No header was sent but those of every request.
    #[arg(long, conflicts_with = "header")]
    pub(crate) no_header: bool,
    /// The method that it was signed for.
    #[arg(long, value_name = "METHOD")]
    pub(crate) signed_method: Option<String>,
    /// A header as it was signed, 'name: value'; may stand again.
    #[arg(long, value_name = "HEADER")]
    pub(crate) signed_header: Vec<String>,
    /// The time to judge by, such as 2026-11-23T19:00:00Z; otherwise when a HAR or an error says that it was sent, or now.
    #[arg(long, value_parser = crate::clock::parse, value_name = "INSTANT")]
    pub(crate) at: Option<UnixTime>,
    /// The bucket's region, to hold the signature's against; also from the configuration.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// The configuration with the buckets, so that regions, hosts and types are known.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The environment, as wrangler's own --env.
    #[arg(long, value_name = "NAME", requires = "config")]
    pub(crate) env: Option<String>,
    /// A profile of ~/.aws/config and ~/.aws/credentials.
    #[arg(long, value_name = "NAME", conflicts_with = "env_file")]
    pub(crate) profile: Option<String>,
    /// A file of NAME=value lines, such as .dev.vars.
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
    /// The first part of the secrets' names: MEDIA for MEDIA_ACCESS_KEY_ID.
    #[arg(long, value_name = "NAME", default_value = "AWS")]
    pub(crate) credentials: String,
    /// Writes a JSON array: subject, causes (code, message, hint), remarks, comparisons.
    #[arg(long)]
    pub(crate) json: bool,
}

impl ExplainArgs {
    /// Where credentials are looked for, as `signpost sign` does.
    pub(crate) fn credential_args(&self) -> CredentialArgs {
        let (profile, env_file) = (self.profile.clone(), self.env_file.clone());
        CredentialArgs { profile, env_file, credentials: self.credentials.clone() }
    }
}
