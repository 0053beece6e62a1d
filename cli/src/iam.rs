//! `signpost iam`: what the bucket's credentials need, and no more.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html>

use std::process::ExitCode;

use serde_json::{Value, json};
use signer::Bucket;

use crate::args::IamArgs;
use crate::configured::{Configured, Entry};
use crate::failure::Failure;
use crate::policy::{Effect, Policy, Statement};
use crate::{bucket_choice, terminal};

/// Writes the policy of one bucket; for providers without IAM, in words.
pub(crate) fn run(args: &IamArgs) -> Result<ExitCode, Failure> {
    let configured = Configured::read(&args.config)?;
    let bucket = bucket_choice::choose(&configured, args.bucket.as_deref())?;
    let uses = uses(&configured, &bucket);
    if uses.is_empty() {
        return Err(Failure::refused(format!("no rule uses {}", bucket.place))
            .hint("name the bucket in a rule, or take it out"));
    }
    match bucket.text("provider").unwrap_or_default() {
        "r2" => terminal::show(&r2_token(&bucket, &uses))?,
        "b2" => terminal::show(&b2_key(&bucket, &uses))?,
        _ if args.bucket_policy => terminal::show_json(&bucket_policy(&bucket, &uses, args))?,
        _ => terminal::show_json(&Policy::new(allowed(&bucket, &uses)))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What one rule does with the bucket.
struct Use<'c> {
    /// `UploadAvatar`
    sid: String,
    action: &'static str,
    /// How S3 names the way the signature travels.
    auth_type: &'static str,
    max_age_ms: u64,
    bucket: &'c Bucket,
    entry: Entry<'c>,
}

fn uses<'c>(configured: &'c Configured, bucket: &Entry<'_>) -> Vec<Use<'c>> {
    let of = |section: &str, name: &str| {
        let entry = configured.entry(section, name)?;
        (entry.text("bucket") == Some(bucket.name)).then_some(entry)
    };
    let uploads = configured.rules.uploads().filter_map(|(name, rule)| {
        let auth_type = if rule.takes_forms() { "POST" } else { "REST-QUERY-STRING" };
        Some(Use {
            sid: sid("Upload", name),
            action: "s3:PutObject",
            auth_type,
            max_age_ms: u64::from(rule.expires().as_secs()) * 1_000,
            bucket: rule.bucket(),
            entry: of("UPLOADS", name)?,
        })
    });
    let downloads = configured.rules.downloads().filter_map(|(name, rule)| {
        Some(Use {
            sid: sid("Download", name),
            action: "s3:GetObject",
            auth_type: "REST-QUERY-STRING",
            max_age_ms: u64::from(rule.expires().as_secs()) * 1_000,
            bucket: rule.bucket(),
            entry: of("DOWNLOADS", name)?,
        })
    });
    uploads.chain(downloads).collect()
}

/// Letters and digits, as a statement's id has to be: `UploadAvatar`.
fn sid(kind: &str, name: &str) -> String {
    let words = name.split(['-', '_']).map(|word| {
        let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
        first.to_ascii_uppercase() + rest
    });
    kind.to_owned() + &words.collect::<String>()
}

impl Use<'_> {
    /// The keys that the rule makes, with `*` where it leaves them open.
    fn resource(&self) -> String {
        const OPEN: &str = "\u{0}";
        let pattern = self.entry.key_pattern(OPEN);
        // A policy would take these characters for wildcards and variables of its own.
        let literal = pattern.replace('$', "${$}").replace('*', "${*}").replace('?', "${?}");
        format!("{}/{}", arn(self.bucket), literal.replace(OPEN, "*"))
    }

    fn allow(&self, knows_signatures: bool) -> Statement {
        // Of a form, not every server tells the age.
        let at_most = match self.auth_type {
            "POST" => "NumericLessThanEqualsIfExists",
            _ => "NumericLessThanEquals",
        };
        let condition = json!({
            "StringEquals": { "s3:authType": self.auth_type, "s3:signatureversion": "AWS4-HMAC-SHA256" },
            at_most: { "s3:signatureAge": self.max_age_ms },
        });
        Statement {
            action: vec![self.action],
            resource: vec![self.resource()],
            condition: knows_signatures.then_some(condition),
            ..Statement::new(Effect::Allow, self.sid.as_str())
        }
    }
}

/// Amazon's own, and `MinIO`'s, which copies them; others would take a condition that they do not know for one that fails.
fn knows_signatures(bucket: &Entry<'_>) -> bool {
    matches!(bucket.text("provider"), Some("aws" | "minio"))
}

fn allowed(bucket: &Entry<'_>, uses: &[Use<'_>]) -> Vec<Statement> {
    uses.iter().map(|each| each.allow(knows_signatures(bucket))).collect()
}

/// The same from the bucket's side: what the rules need is given to `principal`, everything else is taken from it.
fn bucket_policy(bucket: &Entry<'_>, uses: &[Use<'_>], args: &IamArgs) -> Policy {
    let mut statements = allowed(bucket, uses);
    statements.extend(elsewhere(uses));
    if knows_signatures(bucket) {
        statements.extend(otherwise_signed(uses));
    }
    let principal = json!({ "AWS": [args.principal] });
    for statement in &mut statements {
        statement.principal = Some(principal.clone());
    }
    Policy::new(statements)
}

fn elsewhere(uses: &[Use<'_>]) -> Vec<Statement> {
    let Some(first) = uses.first() else { return Vec::new() };
    let whole = vec![arn(first.bucket), format!("{}/*", arn(first.bucket))];
    let mut actions: Vec<_> = uses.iter().map(|each| each.action).collect();
    actions.sort_unstable();
    actions.dedup();
    let other_actions = Statement {
        not_action: actions.clone(),
        resource: whole,
        ..Statement::new(Effect::Deny, "NothingElse")
    };
    let other_keys = actions.into_iter().map(|action| Statement {
        action: vec![action],
        not_resource: uses.iter().filter(|each| each.action == action).map(Use::resource).collect(),
        ..Statement::new(Effect::Deny, format!("{}NowhereElse", &action.replace("s3:", "")))
    });
    core::iter::once(other_actions).chain(other_keys).collect()
}

/// A signature in headers is no link, and one that is old no link of ours.
fn otherwise_signed(uses: &[Use<'_>]) -> Vec<Statement> {
    let Some(first) = uses.first() else { return Vec::new() };
    let oldest = uses.iter().map(|each| each.max_age_ms).max().unwrap_or_default();
    let mut auth_types: Vec<_> = uses.iter().map(|each| each.auth_type).collect();
    auth_types.sort_unstable();
    auth_types.dedup();
    let deny = |sid: &str, condition: Value| Statement {
        action: vec!["s3:*"],
        resource: vec![format!("{}/*", arn(first.bucket))],
        condition: Some(condition),
        ..Statement::new(Effect::Deny, sid)
    };
    vec![
        deny("OnlyLinksAndForms", json!({ "StringNotEquals": { "s3:authType": auth_types } })),
        deny("OnlyFreshSignatures", json!({ "NumericGreaterThan": { "s3:signatureAge": oldest } })),
        deny("OnlyHttps", json!({ "Bool": { "aws:SecureTransport": "false" } })),
    ]
}

fn arn(bucket: &Bucket) -> String {
    let partition = match bucket.region().as_str() {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    format!("arn:{partition}:s3:::{}", bucket.name())
}

fn writes(uses: &[Use<'_>]) -> bool {
    uses.iter().any(|each| each.action == "s3:PutObject")
}

/// Spec: <https://developers.cloudflare.com/r2/api/tokens/>
fn r2_token(bucket: &Entry<'_>, uses: &[Use<'_>]) -> String {
    let (name, prefix) =
        (bucket.text("name").unwrap_or_default(), bucket.text("credentials").unwrap_or_default());
    let permission = if writes(uses) { "Object Read & Write" } else { "Object Read only" };
    let keys = uses.iter().map(|each| {
        format!("  {} {}\n", each.action.replace("s3:", ""), each.entry.key_pattern("*"))
    });
    format!(
        "An R2 API token (R2 > Manage API tokens > Create):\n\
         \n\
         Permission: {permission}\n\
         Buckets:    apply to specific buckets only: {name}\n\
         TTL:        as short as you can renew it\n\
         \n\
         Its two parts are the secrets {prefix}_ACCESS_KEY_ID and {prefix}_SECRET_ACCESS_KEY.\n\
         R2 knows neither prefixes nor the age of a signature, so the token can do more than the rules ask for:\n\
         {}Keep nothing else in this bucket.",
        keys.collect::<String>()
    )
}

/// Spec: <https://www.backblaze.com/docs/cloud-storage-application-keys>
fn b2_key(bucket: &Entry<'_>, uses: &[Use<'_>]) -> String {
    let (name, prefix) =
        (bucket.text("name").unwrap_or_default(), bucket.text("credentials").unwrap_or_default());
    let reads = uses.iter().any(|each| each.action == "s3:GetObject");
    let capabilities: Vec<_> = [(writes(uses), "writeFiles"), (reads, "readFiles")]
        .into_iter()
        .filter_map(|(used, capability)| used.then_some(capability))
        .collect();
    let common =
        uses.iter().map(|each| each.entry.key_prefix()).reduce(common_prefix).unwrap_or_default();
    format!(
        "A B2 application key, not the master key:\n\
         \n\
         Bucket:           {name}\n\
         Capabilities:     {}\n\
         File name prefix: {common}\n\
         \n\
         Its two parts are the secrets {prefix}_ACCESS_KEY_ID and {prefix}_SECRET_ACCESS_KEY.",
        capabilities.join(", ")
    )
}

fn common_prefix<'a>(a: &'a str, b: &'a str) -> &'a str {
    let same = a.char_indices().zip(b.chars()).find(|((_, x), y)| x != y).map(|((at, _), _)| at);
    a.get(..same.unwrap_or(a.len().min(b.len()))).unwrap_or_default()
}
