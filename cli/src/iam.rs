//! `signpost iam`: what the bucket's credentials need, and no more.

mod bucket_policy;
mod user_policy;
mod uses;
mod words;

use std::process::ExitCode;

use self::uses::Use;
use crate::args::IamArgs;
use crate::configured::Configured;
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
    match (words::of(&bucket, &uses), &args.principal) {
        (Some(_), Some(_)) => {
            let provider = bucket.text("provider").unwrap_or_default();
            return Err(Failure::refused(format!("{provider} has no bucket policies"))
                .hint("without --bucket-policy, what its credentials need is said in words"));
        }
        (Some(words), None) => terminal::show(&words)?,
        (None, Some(principal)) => {
            terminal::show_json(&bucket_policy::of(&bucket, &uses, principal))?;
        }
        (None, None) => terminal::show_json(&user_policy::of(&bucket, &uses))?,
    }
    Ok(ExitCode::SUCCESS)
}
