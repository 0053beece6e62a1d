//! `signpost iam`: what the bucket's credentials need, and no more.

mod bucket_policy;
mod user_policy;
mod uses;
mod words;

use std::process::ExitCode;

use self::uses::Use;
use crate::args::IamArgs;
use crate::configured::{Configured, Entry};
use crate::failure::Failure;
use crate::{bucket_choice, terminal};

/// Writes the policy of one bucket; for providers without IAM, in words.
pub(crate) fn run(args: &IamArgs) -> Result<ExitCode, Failure> {
    let configured = Configured::read(&args.config)?;
    let bucket = bucket_choice::choose(&configured, args.bucket.as_deref())?;
    if !uses::names(&configured, &bucket) {
        return Err(Failure::refused(format!("no rule uses {}", bucket.place))
            .hint("name the bucket in a rule, or take it out"));
    }
    let uses = Use::all(&configured, &bucket);
    let Some(principal) = &args.principal else {
        match words::of(&bucket, &uses) {
            Some(words) => terminal::show(&words)?,
            None => terminal::show_json(&user_policy::of(&bucket, &uses))?,
        }
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(why) = without_bucket_policies(&bucket, &uses) {
        return Err(Failure::refused(why)
            .hint("without --bucket-policy, what the bucket's credentials need is said"));
    }
    terminal::show_json(&bucket_policy::of(&bucket, &uses, principal))?;
    Ok(ExitCode::SUCCESS)
}

fn without_bucket_policies(bucket: &Entry<'_>, uses: &[Use<'_>]) -> Option<String> {
    match bucket.text("provider").unwrap_or_default() {
        "minio" => Some("minio asks a bucket's policy about anonymous requests alone".into()),
        provider => words::of(bucket, uses).map(|_| format!("{provider} has no bucket policies")),
    }
}
