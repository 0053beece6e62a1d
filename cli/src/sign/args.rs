//! The arguments of `signpost sign`.

#![allow(clippy::doc_markdown, reason = "--help prints the comments on arguments")]

use std::path::PathBuf;

use clap::ValueEnum;
use signer::{Expires, UnixTime};

/// Signs a link to an object, or a form that uploads one.
///
/// Signs like `aws s3 presign` and boto3, but for every method, and with any headers, conditions and date. With --rule it
/// signs exactly what the Worker would sign. It sends nothing. Anyone who has the output can use it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  signpost sign get s3://acme-media/films/ada.mp4 --region eu-west-1 --expires '10 min'
  signpost sign put s3://acme-media/ada.png --header 'content-type: image/png' --output curl
  signpost sign post 's3://acme-media/inbox/${filename}' --field Content-Type=image/png \\
    --max-size '5 MiB' --output html
  signpost sign put --rule avatar --caller site --type image/png --size 48213 --env-file .dev.vars
  jq -c '{key: .}' keys.json | signpost sign get s3://acme-media --batch

Credentials are taken from the first of these that exist: --env-file, --profile, AWS_ACCESS_KEY_ID and \
AWS_SECRET_ACCESS_KEY in the environment, the default profile of the shared AWS files.")]
pub(crate) struct SignArgs {
    /// What the link or form permits.
    pub(crate) action: Action,
    /// The object, s3://BUCKET/KEY; with --batch the bucket, s3://BUCKET.
    #[arg(required_unless_present = "rule", conflicts_with = "rule", value_name = "S3URI")]
    pub(crate) target: Option<String>,
    /// How long the link or form is valid, such as '10 min', or in seconds; at most 7 days.
    #[arg(long, default_value = "1 h", value_parser = expires, value_name = "TIME", conflicts_with = "rule")]
    pub(crate) expires: Expires,
    /// The time of the signature, such as 2026-11-23T19:00:00Z; by default now.
    #[arg(long, value_parser = crate::clock::parse, value_name = "INSTANT")]
    pub(crate) at: Option<UnixTime>,
    /// The output format; by default json for a form and url for a link.
    #[arg(long, short, value_enum)]
    pub(crate) output: Option<Output>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    #[command(flatten)]
    pub(crate) request: RequestArgs,
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
    /// Reads a JSON object {"key", "method"?, "expires"?, "headers"?, "query"?} from each line of standard input, and writes {"url"} for each.
    #[arg(long, conflicts_with_all = ["rule", "output"])]
    pub(crate) batch: bool,
    #[command(flatten)]
    pub(crate) by_rule: RuleArgs,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Action {
    /// A link that reads the object.
    Get,
    /// A link that reads the object's headers.
    Head,
    /// A link that stores the object.
    Put,
    /// A link that deletes the object.
    Delete,
    /// A form that stores the object.
    Post,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Output {
    /// Only the link.
    Url,
    /// Method, URL, headers or fields, and expiration.
    Json,
    /// A curl command.
    Curl,
    /// HTML for a page.
    Html,
}

/// The server and the region.
#[derive(Debug, clap::Args)]
pub(crate) struct ServerArgs {
    /// The bucket's region; otherwise that of AWS_REGION, AWS_DEFAULT_REGION or the profile.
    #[arg(long, value_name = "REGION", conflicts_with = "rule")]
    pub(crate) region: Option<String>,
    /// The server's URL without the bucket; otherwise that of AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL or the profile, else Amazon's.
    #[arg(long, value_name = "URL", conflicts_with = "rule")]
    pub(crate) endpoint_url: Option<String>,
    /// Writes https://host/bucket/key; the default unless the server is Amazon's.
    #[arg(long, conflicts_with_all = ["rule", "virtual_hosted"])]
    pub(crate) path_style: bool,
    /// Writes https://bucket.host/key; the default for Amazon.
    #[arg(long, conflicts_with = "rule")]
    pub(crate) virtual_hosted: bool,
}

/// What is signed besides the key.
#[derive(Debug, clap::Args)]
pub(crate) struct RequestArgs {
    /// A header that the request must send, 'name: value'; may be repeated.
    #[arg(long, value_name = "HEADER", conflicts_with = "rule")]
    pub(crate) header: Vec<String>,
    /// A query parameter of the request, such as response-content-type=image/png or x-amz-request-payer=requester; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", conflicts_with = "rule")]
    pub(crate) query: Vec<String>,
    /// A field that a form must send, such as Content-Type=image/png; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", conflicts_with = "rule")]
    pub(crate) field: Vec<String>,
    /// The prefix of a field that the page fills in; may be repeated.
    #[arg(long, value_name = "NAME=PREFIX", conflicts_with = "rule")]
    pub(crate) starts_with: Vec<String>,
    /// The smallest file that a form accepts, such as '1 KiB', or in bytes.
    #[arg(long, value_parser = size, value_name = "SIZE", conflicts_with = "rule", requires = "max_size")]
    pub(crate) min_size: Option<u64>,
    /// The largest file that a form accepts, such as '5 MiB', or in bytes.
    #[arg(long, value_parser = size, value_name = "SIZE", conflicts_with = "rule")]
    pub(crate) max_size: Option<u64>,
}

/// The arguments that select the credentials.
#[derive(Debug, clap::Args)]
pub(crate) struct CredentialArgs {
    /// A profile of ~/.aws/config and ~/.aws/credentials.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["rule", "env_file"])]
    pub(crate) profile: Option<String>,
    /// A file of NAME=value lines, such as .dev.vars; read as wrangler reads it.
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
    /// The first part of the variables' names: MEDIA for MEDIA_ACCESS_KEY_ID.
    #[arg(long, value_name = "NAME", default_value = "AWS", conflicts_with = "rule")]
    pub(crate) credentials: String,
}

/// The rule and its input.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Signing by a rule, like the Worker")]
pub(crate) struct RuleArgs {
    /// The rule's name: in [vars.DOWNLOADS] for get and head, in [vars.UPLOADS] for put and post.
    #[arg(long, value_name = "NAME")]
    pub(crate) rule: Option<String>,
    /// The configuration file; by default the one that wrangler uses, wrangler.json, wrangler.jsonc or wrangler.toml; without one, the worker.config.json that `cf build` wrote.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The environment, as in wrangler's --env.
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// The caller's name, for {caller}; not needed for a caller of kind bearer, which is named after its entry. It is not verified, since you have the credentials.
    #[arg(long, value_name = "NAME", requires = "rule")]
    pub(crate) caller: Option<String>,
    /// The caller's entry in [vars.CALLERS], for {entry}; only needed if the rule has several callers.
    #[arg(long, value_name = "NAME", requires = "rule")]
    pub(crate) entry: Option<String>,
    /// A claim of the caller's token, for {claim.NAME}; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", requires = "rule")]
    pub(crate) claim: Vec<String>,
    /// The path after the rule's name, for {path}.
    #[arg(long, value_name = "PATH", requires = "rule")]
    pub(crate) path: Option<String>,
    /// The file's media type.
    #[arg(long = "type", value_name = "TYPE", requires = "rule")]
    pub(crate) media_type: Option<String>,
    /// The file's size in bytes.
    #[arg(long, value_name = "BYTES", requires = "rule")]
    pub(crate) size: Option<u64>,
    /// The file's name.
    #[arg(long, value_name = "NAME", requires = "rule")]
    pub(crate) filename: Option<String>,
    /// A digest of the file, such as sha256-<base64>.
    #[arg(long, value_name = "DIGEST", requires = "rule")]
    pub(crate) checksum: Option<String>,
    /// Metadata to store with the file; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", requires = "rule")]
    pub(crate) metadata: Vec<String>,
}

/// Parses a length of time such as `10 min`, or a number of seconds.
fn expires(text: &str) -> Result<Expires, String> {
    let secs = text.parse().ok().and_then(Expires::from_secs);
    secs.or_else(|| rules::parse_expires(text)).ok_or_else(|| {
        r#"expected a length of time such as "10 min" or 600, at most 7 days"#.into()
    })
}

/// Parses a size such as `5 MiB`, or a number of bytes.
fn size(text: &str) -> Result<u64, String> {
    let bytes = text.parse().ok();
    bytes
        .or_else(|| rules::parse_size(text))
        .ok_or_else(|| r#"expected a size such as "5 MiB" or 5242880"#.into())
}
