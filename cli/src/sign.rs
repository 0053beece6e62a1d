//! `signpost sign`: signs links and forms, from options as boto3 does, or by a rule as the Worker does.

mod address;
mod amazon;
pub(crate) mod args;
mod batch;
mod by_rule;
mod credential;
pub(crate) mod keys;
mod lines;
mod members;
mod output;
mod profile;
mod request;
mod settings;
mod shell_word;
mod target;

use std::process::ExitCode;

use signer::{PresignedPost, PresignedUrl, UnixTime};

use self::args::{Action, Output, SignArgs};
use self::output::Signed;
use self::target::Target;
use crate::failure::Failure;
use crate::{clock, terminal};

/// Signs one request; with `--batch`, one for each line of standard input.
pub(crate) fn run(args: &SignArgs) -> Result<ExitCode, Failure> {
    let now = args.at.unwrap_or_else(clock::now);
    if args.batch {
        return batch::run(args, now);
    }
    let signed = match &args.by_rule.rule {
        Some(rule) => by_rule::sign(rule, args, now)?,
        None => sign(args, now)?,
    };
    let default =
        if matches!(signed.request, SignedRequest::Form(_)) { Output::Json } else { Output::Url };
    signed.show(args.output.unwrap_or(default))?;
    Ok(ExitCode::SUCCESS)
}

/// A signed form or link.
pub(crate) enum SignedRequest {
    Form(PresignedPost),
    Link(PresignedUrl),
}

fn sign(args: &SignArgs, now: UnixTime) -> Result<Signed, Failure> {
    let credentials = keys::find(&args.credentials)?;
    let target = Target::parse(args)?;
    let key = target.key.as_deref().ok_or_else(|| {
        Failure::usage("expected s3://BUCKET/KEY, found no key")
            .hint("add the key; it can be left out only with --batch, where each line has one")
    })?;
    let signer = target.signer(&credentials, now);
    let request = match args.action {
        Action::Post => {
            SignedRequest::Form(request::post(args, &target.bucket, key, now)?.sign(&signer))
        }
        action => {
            let key =
                signer::ObjectKey::new(key).map_err(|error| Failure::usage(error.to_string()))?;
            let link = request::link(action, args, &target.bucket, &key)?;
            warn_of_parameters(args)?;
            SignedRequest::Link(link.sign(&signer))
        }
    };
    Ok(Signed { request, expires: now.plus_secs(args.expires.as_secs().into()) })
}

/// Notes what S3 would ignore or reject in the query: parameters with capitals, and characters that no header has.
///
/// Source: <https://github.com/aws/aws-sdk-go-v2/issues/2508>, <https://github.com/boto/botocore/issues/956>
fn warn_of_parameters(args: &SignArgs) -> Result<(), Failure> {
    for (name, value) in request::parameters(&args.request)? {
        let lower = name.to_ascii_lowercase();
        if lower.starts_with("x-amz-") && lower != name {
            terminal::note(&format!(
                "hint: write {lower}: S3 ignores some parameters with capitals, such as X-Amz-Expected-Bucket-Owner"
            ));
        }
        if lower.starts_with("response-") && !value.is_ascii() {
            terminal::note(&format!(
                "hint: S3 sends {name} as a header, and rejects most characters beyond ASCII: percent-encode them, as in {}",
                request::ENCODED_FILENAME
            ));
        }
    }
    Ok(())
}

impl Signed {
    fn show(&self, output: Output) -> Result<(), Failure> {
        if output == Output::Json {
            return terminal::show_json(&self.to_json());
        }
        terminal::show(&self.to_text(output)?)?;
        if let (Output::Url, SignedRequest::Link(link)) = (output, &self.request) {
            for (name, value) in &link.headers {
                terminal::note(&format!(
                    "hint: send the header {}: {}",
                    name.as_str(),
                    value.as_str()
                ));
            }
        }
        Ok(())
    }
}
