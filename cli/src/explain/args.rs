//! The arguments of `signpost explain`.

#![allow(clippy::doc_markdown, reason = "--help prints the comments on arguments")]

use std::path::PathBuf;

use signer::UnixTime;

use crate::sign::args::CredentialArgs;

/// Explains why a bucket rejected a signed link or form, and what to do.
///
/// Pass the link, the form as JSON {"url", "fields"} or HTML, the browser's HAR, a curl command, or the error that the
/// bucket or a tool gave, or several of them. All must be about the same request. More inputs give a more exact answer: the bucket's error shows the request that
/// it received, and with the credentials that signed, the command computes signatures to find the change. It sends
/// nothing, and shows no signature, token or secret.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  signpost explain 'https://acme-media.s3.eu-west-1.amazonaws.com/ada.png?X-Amz-Algorithm=...'
  signpost explain link.txt error.xml --method PUT --header 'content-type: image/png'
  signpost explain upload.har --env-file .dev.vars --credentials MEDIA
  signpost explain command.txt    # 'Copy as cURL' of the browser's developer tools
  pbpaste | signpost explain --json | jq -r '.[].causes[].code'

To get a HAR: in the browser's developer tools, Network, \"Save all as HAR with content\". The \
file contains everything that the page sent, including tokens.

Put a link in single quotes; otherwise the shell ends it at the first &.

Credentials are optional. The first that exist are used: --env-file, --profile, AWS_ACCESS_KEY_ID and \
AWS_SECRET_ACCESS_KEY in the environment, the default profile of the shared AWS files. Never put them on the \
command line, which other users of the machine can read.

Without a problem, the output and `unverified` in the JSON name what could not be verified, such as the signature \
without its secret.

Exit status: 0 no problems found, 1 problems found, 2 usage error.")]
pub(crate) struct ExplainArgs {
    /// A link, or a file with a link, form, HAR, curl command or error; - or nothing for standard input.
    #[arg(value_name = "TEXT|FILE")]
    pub(crate) inputs: Vec<String>,
    /// The method that was sent.
    #[arg(long, value_name = "METHOD")]
    pub(crate) method: Option<String>,
    /// A header that was sent, 'name: value'; may be repeated. List all relevant headers: others count as not sent.
    #[arg(long, value_name = "HEADER")]
    pub(crate) header: Vec<String>,
    /// States that only the headers of every request were sent, such as Host.
    #[arg(long, conflicts_with = "header")]
    pub(crate) no_header: bool,
    /// The method that was signed.
    #[arg(long, value_name = "METHOD")]
    pub(crate) signed_method: Option<String>,
    /// A header as it was signed, 'name: value'; may be repeated.
    #[arg(long, value_name = "HEADER")]
    pub(crate) signed_header: Vec<String>,
    /// The time of the request, such as 2026-11-23T19:00:00Z; by default the time in the HAR or error, otherwise now.
    #[arg(long, value_parser = crate::clock::parse, value_name = "INSTANT")]
    pub(crate) at: Option<UnixTime>,
    /// The bucket's region, to compare with the signed region, instead of the one in the configuration.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,
    /// The configuration file, for the regions, hosts and types of its buckets; by default the one that the other subcommands read, if there is one.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The environment, as in wrangler's --env.
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Reads no configuration file.
    #[arg(long, conflicts_with_all = ["config", "env"])]
    pub(crate) no_config: bool,
    /// A profile of ~/.aws/config and ~/.aws/credentials.
    #[arg(long, value_name = "NAME", conflicts_with = "env_file")]
    pub(crate) profile: Option<String>,
    /// A file of NAME=value lines, such as .dev.vars.
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
    /// The first part of the variables' names: MEDIA for MEDIA_ACCESS_KEY_ID.
    #[arg(long, value_name = "NAME", default_value = "AWS")]
    pub(crate) credentials: String,
    /// Writes a JSON array: subject, causes (code, message, hint), unverified, remarks, comparisons.
    #[arg(long)]
    pub(crate) json: bool,
}

impl ExplainArgs {
    /// The arguments that select credentials, as for `signpost sign`.
    pub(crate) fn credential_args(&self) -> CredentialArgs {
        let (profile, env_file) = (self.profile.clone(), self.env_file.clone());
        CredentialArgs { profile, env_file, credentials: self.credentials.clone() }
    }
}
