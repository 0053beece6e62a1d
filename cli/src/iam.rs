//! `signpost iam`: writes the fewest permissions that a bucket's credentials need.

#![allow(clippy::doc_markdown, reason = "--help prints the comments on arguments")]

mod bucket_policy;
mod instructions;
mod role;
mod shared_role;
mod template;
mod user_policy;

use std::process::ExitCode;

use rules::iam::{Use, handed_out};
use rules::{BucketEntry, Iam, Rules};

use crate::configured::{ConfigArgs, Configured, Rule};
use crate::failure::Failure;
use crate::{bucket_choice, terminal};

/// Writes the fewest permissions that the bucket's credentials need.
///
/// The output is an IAM policy with exact actions, keys and, where supported, the maximum age of a signature. R2, B2,
/// Google and Garage have no such policies; for them the output describes the token or key to create.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  signpost iam > policy.json
  aws iam put-user-policy --user-name signpost --policy-name signpost \\
    --policy-document file://policy.json
  signpost iam --bucket-policy --principal arn:aws:iam::111122223333:user/signpost \\
    > bucket-policy.json
  aws s3api put-bucket-policy --bucket acme-media --policy file://bucket-policy.json
  signpost iam --policy trust --principal arn:aws:iam::111122223333:user/signpost > trust.json
  aws iam create-role --role-name signpost --assume-role-policy-document file://trust.json
  signpost iam --trust > stack.json
  aws cloudformation create-stack --stack-name signpost --template-body file://stack.json \\
    --capabilities CAPABILITY_NAMED_IAM")]
pub(crate) struct IamArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The bucket's name in [vars.BUCKETS], if there are several.
    #[arg(long, value_name = "NAME")]
    bucket: Option<String>,
    /// Writes another policy, for a bucket whose credentials are those of a role.
    #[arg(
        long,
        value_name = "POLICY",
        value_enum,
        default_value_t,
        conflicts_with = "bucket_policy"
    )]
    policy: PolicyKind,
    /// Writes a CloudFormation template, for a bucket with `web_identity`: identity provider, role, trust and permissions.
    #[arg(long, conflicts_with_all = ["policy", "bucket_policy", "principal"])]
    trust: bool,
    /// Writes a bucket policy instead, which allows the same requests and denies the user all others.
    #[arg(long, requires = "principal")]
    bucket_policy: bool,
    /// The user to whom the key belongs, for --bucket-policy and --policy trust.
    #[arg(long, value_name = "ARN")]
    principal: Option<String>,
}

/// The policies around one bucket's credentials.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum PolicyKind {
    /// What the credentials may do: for the user whose key signs, or for the role
    #[default]
    Permissions,
    /// Who may assume the role: the user of --principal, or the tokens of a bucket with `web_identity`
    Trust,
    /// What the key may do if a role's credentials sign: assume the role
    Key,
    /// What the Worker sends with each request for credentials
    Session,
}

/// Writes the policy of one bucket; for providers without policies, instructions.
pub(crate) fn run(args: &IamArgs) -> Result<ExitCode, Failure> {
    let configured = Configured::read(&args.config)?;
    let bucket = bucket_choice::choose(&configured, args.bucket.as_deref())?;
    if configured.rules_of(bucket).next().is_none() {
        return Err(Failure::rejected(format!(
            "no rule uses {}",
            configured.place_of_bucket(bucket)
        ))
        .hint("name the bucket in a rule, or remove it"));
    }
    reject_alias(bucket)?;
    if args.trust {
        terminal::show_json(&template::of(&configured, bucket)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let uses = Use::all(&configured.rules, bucket);
    match (args.policy, args.bucket_policy, &args.principal) {
        (PolicyKind::Permissions, true, Some(principal)) => {
            reject_handed_out(&configured, bucket)?;
            show_bucket_policy(bucket, &uses, principal)?;
        }
        (PolicyKind::Permissions, _, None) => show_permissions(&configured.rules, bucket, &uses)?,
        (PolicyKind::Trust, _, principal) => {
            let principal = principal.as_deref();
            principal.map_or(Ok(()), |principal| reject_other_partition(bucket, principal))?;
            terminal::show_json(&role::trust_policy(&configured, bucket, principal)?)?;
        }
        (PolicyKind::Key, _, None) => terminal::show_json(&role::key_policy(bucket)?)?,
        (PolicyKind::Session, _, None) => terminal::show(role::session_policy(bucket)?)?,
        (PolicyKind::Permissions | PolicyKind::Key | PolicyKind::Session, _, Some(_)) => {
            return Err(Failure::usage(
                "--principal is only for --bucket-policy and --policy trust",
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A policy names an access point only by its ARN, which the alias does not contain.
fn reject_alias(bucket: &BucketEntry) -> Result<(), Failure> {
    let name = bucket.bucket().name();
    if bucket.provider().iam() != Iam::Aws || !rules::is_access_point_alias(name) {
        return Ok(());
    }
    let message = format!("{name} is the alias of an access point, which no policy can name");
    Err(Failure::rejected(message).hint(
        "write the access point's bucket as the name, then use arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME/object/... as each resource of the output",
    ))
}

/// The policy would deny all other requests of the user, and it does not describe what credentials in other hands send.
fn reject_handed_out(configured: &Configured, bucket: &BucketEntry) -> Result<(), Failure> {
    let rule = configured.rules_of(bucket).find(|named| matches!(named.rule, Rule::Credentials(_)));
    let Some(rule) = rule else { return Ok(()) };
    let message = format!(
        "a bucket policy would also deny what {} hands out credentials for",
        configured.place_of_rule(rule)
    );
    Err(Failure::rejected(message)
        .hint("leave --bucket-policy out: the policy of the role is enough"))
}

/// A bucket policy names only principals of the bucket's own partition: S3 calls another one invalid.
fn reject_other_partition(bucket: &BucketEntry, principal: &str) -> Result<(), Failure> {
    let Some((other, rest)) = principal.strip_prefix("arn:").and_then(|arn| arn.split_once(':'))
    else {
        return Ok(());
    };
    match rules::amazon_partition(bucket.bucket().region().as_str()) {
        Some(partition) if bucket.provider().iam() == Iam::Aws && partition != other => {
            Err(Failure::usage(format!(
                "the principal belongs to the partition {other:?}, and the bucket to {partition:?}"
            ))
            .hint(format!("write the ARN of a user there, such as arn:{partition}:{rest}")))
        }
        _ => Ok(()),
    }
}

fn show_permissions(rules: &Rules, bucket: &BucketEntry, uses: &[Use<'_>]) -> Result<(), Failure> {
    let text = match bucket.provider().iam() {
        Iam::Aws | Iam::MinIo | Iam::WithoutConditions => {
            return terminal::show_json(&user_policy::of(rules, bucket, uses));
        }
        Iam::R2Token => instructions::r2_token(bucket, uses, &handed_out::of_rules(rules, bucket)),
        Iam::B2Key => instructions::b2_key(bucket, uses),
        Iam::GoogleRole => instructions::google_role(bucket, uses),
        Iam::GarageKey => instructions::garage_key(bucket, uses),
    };
    terminal::show(&format!("{text}\n\n{}", instructions::secrets(bucket)))
}

fn show_bucket_policy(
    bucket: &BucketEntry,
    uses: &[Use<'_>],
    principal: &str,
) -> Result<(), Failure> {
    let provider = bucket.provider();
    let why = match provider.iam() {
        Iam::Aws | Iam::WithoutConditions => {
            reject_other_partition(bucket, principal)?;
            return terminal::show_json(&bucket_policy::of(bucket, uses, principal));
        }
        Iam::MinIo => "applies a bucket policy only to anonymous requests",
        Iam::R2Token | Iam::B2Key | Iam::GoogleRole | Iam::GarageKey => "has no bucket policies",
    };
    Err(Failure::rejected(format!("{} {why}", provider.name()))
        .hint("leave --bucket-policy out, to get the permissions of the bucket's credentials"))
}
