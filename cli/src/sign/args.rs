//! The command line of `signpost sign`.

#![allow(clippy::doc_markdown, reason = "these comments are what --help prints")]

use std::path::PathBuf;

use clap::ValueEnum;
use signer::{Expires, UnixTime};

/// Signs a link to an object, or a form that uploads one.
///
/// As `aws s3 presign` and boto3 do, for every method and with headers, conditions and a date of your choice; or with
/// --rule exactly as the Worker would. Nothing is sent anywhere. Whoever has the output has the permission in it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  signpost sign get s3://acme-media/films/ada.mp4 --region eu-west-1 --expires '10 min'
  signpost sign put s3://acme-media/ada.png --header 'content-type: image/png' --output curl
  signpost sign post 's3://acme-media/inbox/${filename}' --field Content-Type=image/png --max-size '5 MiB' --output html
  signpost sign put --rule avatar --caller site --type image/png --size 48213 --env-file .dev.vars
  jq -c '{key: .}' keys.json | signpost sign get s3://acme-media --batch

Credentials, the first that is there: --env-file, --profile, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the
environment, the default profile of the shared AWS files.")]
pub(crate) struct SignArgs {
    /// What the link or the form is for.
    pub(crate) action: Action,
    /// The object, s3://BUCKET/KEY; with --batch the bucket, s3://BUCKET.
    #[arg(required_unless_present = "rule", conflicts_with = "rule", value_name = "S3URI")]
    pub(crate) target: Option<String>,
    /// How long it is good for, such as '10 min', or seconds; at most 7 days.
    #[arg(long, default_value = "1 h", value_parser = expires, value_name = "TIME", conflicts_with = "rule")]
    pub(crate) expires: Expires,
    /// The date it bears, such as 2026-11-23T19:00:00Z; now by default.
    #[arg(long, value_parser = crate::clock::parse, value_name = "INSTANT")]
    pub(crate) at: Option<UnixTime>,
    /// How the result is written; a form by default as JSON, a link as its URL.
    #[arg(long, short, value_enum)]
    pub(crate) output: Option<Output>,
    #[command(flatten)]
    pub(crate) place: PlaceArgs,
    #[command(flatten)]
    pub(crate) parts: PartArgs,
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
    #[command(flatten)]
    pub(crate) by_rule: RuleArgs,
    /// Reads {"key", "method"?, "expires"?, "headers"?, "query"?} from each line of standard input, and writes {"url"} lines.
    #[arg(long, conflicts_with_all = ["rule", "output"])]
    pub(crate) batch: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Action {
    /// A link that reads the object.
    Get,
    /// A link that reads its headers.
    Head,
    /// A link that stores it.
    Put,
    /// A link that removes it.
    Delete,
    /// A form that stores it.
    Post,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Output {
    /// The link alone.
    Url,
    /// Everything, for programs.
    Json,
    /// A command that uses it.
    Curl,
    /// A link or form for a page.
    Html,
}

/// Where the bucket is.
#[derive(Debug, clap::Args)]
pub(crate) struct PlaceArgs {
    /// The bucket's region; also from AWS_REGION, AWS_DEFAULT_REGION or the profile.
    #[arg(long, value_name = "REGION", conflicts_with = "rule")]
    pub(crate) region: Option<String>,
    /// The server, if it is not Amazon's, without the bucket.
    #[arg(long, value_name = "URL", conflicts_with = "rule")]
    pub(crate) endpoint_url: Option<String>,
    /// Writes https://host/bucket/key; the default for an address.
    #[arg(long, conflicts_with_all = ["rule", "virtual_hosted"])]
    pub(crate) path_style: bool,
    /// Writes https://bucket.host/key; the default for Amazon.
    #[arg(long, conflicts_with = "rule")]
    pub(crate) virtual_hosted: bool,
}

/// What is signed besides the object.
#[derive(Debug, clap::Args)]
pub(crate) struct PartArgs {
    /// A header that the request must send, 'name: value'; may stand again.
    #[arg(long, value_name = "HEADER", conflicts_with = "rule")]
    pub(crate) header: Vec<String>,
    /// A parameter of the request, such as response-content-type=image/png; may stand again.
    #[arg(long, value_name = "NAME=VALUE", conflicts_with = "rule")]
    pub(crate) query: Vec<String>,
    /// A field that a form must send, such as Content-Type=image/png; may stand again.
    #[arg(long, value_name = "NAME=VALUE", conflicts_with = "rule")]
    pub(crate) field: Vec<String>,
    /// What a field of the form must begin with; the page sends it. May stand again.
    #[arg(long, value_name = "NAME=PREFIX", conflicts_with = "rule")]
    pub(crate) starts_with: Vec<String>,
    /// The smallest file that a form takes, such as '1 KiB', or bytes.
    #[arg(long, value_parser = size, value_name = "SIZE", conflicts_with = "rule", requires = "max_size")]
    pub(crate) min_size: Option<u64>,
    /// The largest file that a form takes, such as '5 MiB', or bytes.
    #[arg(long, value_parser = size, value_name = "SIZE", conflicts_with = "rule")]
    pub(crate) max_size: Option<u64>,
}

/// Whose signature it is.
#[derive(Debug, clap::Args)]
pub(crate) struct CredentialArgs {
    /// A profile of ~/.aws/config and ~/.aws/credentials.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["rule", "env_file"])]
    pub(crate) profile: Option<String>,
    /// A file of NAME=value lines, such as .dev.vars.
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
    /// The first part of the secrets' names in it: MEDIA for MEDIA_ACCESS_KEY_ID.
    #[arg(long, value_name = "NAME", default_value = "AWS", conflicts_with = "rule")]
    pub(crate) credentials: String,
}

/// What a rule has to be told.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "As the Worker would")]
pub(crate) struct RuleArgs {
    /// The rule: of [vars.DOWNLOADS] for get and head, of [vars.UPLOADS] for put and post.
    #[arg(long, value_name = "NAME")]
    pub(crate) rule: Option<String>,
    /// The configuration.
    #[arg(long, short, default_value = "wrangler.toml", value_name = "FILE")]
    pub(crate) config: PathBuf,
    /// The environment, as wrangler's own --env.
    #[arg(long, value_name = "NAME")]
    pub(crate) env: Option<String>,
    /// Who asks: the value of {caller}. You are believed, since you have the credentials.
    #[arg(long, value_name = "NAME", requires = "rule")]
    pub(crate) caller: Option<String>,
    /// A claim of the caller's token, for {claim.NAME}; may stand again.
    #[arg(long, value_name = "NAME=VALUE", requires = "rule")]
    pub(crate) claim: Vec<String>,
    /// What follows the rule's name in the link's path.
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
    /// A name and value to store with the file; may stand again.
    #[arg(long, value_name = "NAME=VALUE", requires = "rule")]
    pub(crate) metadata: Vec<String>,
}

/// Reads `10 min`, or seconds.
fn expires(text: &str) -> Result<Expires, String> {
    let secs = text.parse().ok().and_then(Expires::from_secs);
    secs.or_else(|| rules::parse_expires(text)).ok_or_else(|| {
        r#"expected a length of time such as "10 min" or 600, at most 7 days"#.into()
    })
}

/// Reads `5 MiB`, or bytes.
fn size(text: &str) -> Result<u64, String> {
    let bytes = text.parse().ok();
    bytes
        .or_else(|| rules::parse_size(text))
        .ok_or_else(|| r#"expected a size such as "5 MiB" or 5242880"#.into())
}
