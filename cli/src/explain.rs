//! `signpost explain`: explains why a link or form fails.

pub(crate) mod args;
mod configuration;
mod context;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::ExitCode;

use ::explain::{Diagnosis, Evidence, MAX_BYTES, Sent};

use self::args::ExplainArgs;
use crate::failure::{Failure, reason};
use crate::terminal;

/// Explains each request. The exit status is 1 if any has a problem.
pub(crate) fn run(args: &ExplainArgs) -> Result<ExitCode, Failure> {
    let evidence = evidence(args)?;
    let (context, found) = context::find(args)?;
    let evidence: Vec<_> = evidence.into_iter().map(|evidence| with_args(args, evidence)).collect();
    let diagnoses: Vec<_> =
        evidence.iter().map(|evidence| ::explain::explain(evidence, &context)).collect();
    let names_setting =
        |diagnosis: &Diagnosis| context.buckets.iter().any(|bucket| diagnosis.names(bucket));
    let is_used = evidence.iter().any(|evidence| context.knows_bucket_of(evidence))
        || diagnoses.iter().any(names_setting);
    if let Some(path) = found.filter(|_| is_used) {
        let path = path.display();
        terminal::note(&format!(
            "note: compared with the buckets in {path}; --no-config leaves them out"
        ));
    }
    if args.json {
        terminal::show_json(&diagnoses)?;
    } else {
        let texts: Vec<_> = diagnoses.iter().map(ToString::to_string).collect();
        terminal::show(&texts.join("\n\n\n"))?;
    }
    Ok(ExitCode::from(u8::from(!diagnoses.iter().all(Diagnosis::is_good))))
}

/// Reads the inputs and combines them, since all are about the same request.
fn evidence(args: &ExplainArgs) -> Result<Vec<Evidence>, Failure> {
    let standard_input = [String::from("-")];
    let inputs = if args.inputs.is_empty() { &standard_input[..] } else { &args.inputs };
    let mut all = vec![Evidence::default()];
    for input in inputs {
        let read = ::explain::read(&text(input)?).map_err(|why| {
            Failure::usage(format!("{}: {why}", display_name(input)))
                .hint("pass a link in single quotes, or a file with a link, form, HAR, curl command or error: see `signpost help explain`")
        })?;
        all = ::explain::combined(&all, &read);
    }
    Ok(all)
}

/// The name of an input in an error message. A link is not repeated, since it may still be valid.
fn display_name(input: &str) -> &str {
    match input {
        "-" => "standard input",
        link if link.contains("://") || link.contains("X-Amz-") => "the link",
        text if is_text(text) => "the text",
        file => file,
    }
}

fn text(input: &str) -> Result<String, Failure> {
    if is_text(input) {
        return Ok(input.to_owned());
    }
    let read = || match input {
        "-" => bounded(io::stdin().lock()),
        path => bounded(File::open(path)?),
    };
    let unreadable = |error| {
        Failure::usage(format!("cannot read {}: {}", display_name(input), reason(&error)))
                .hint("pass the name of a file, or the text itself: a link or the bucket's whole answer, in single quotes")
    };
    let bytes = read().map_err(unreadable)?;
    Ok(decoded(&bytes))
}

/// Decodes UTF-8, or UTF-16 with a byte-order mark, in which `>` of Windows PowerShell writes files.
fn decoded(bytes: &[u8]) -> String {
    let units = |read: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let (pairs, _) = bytes.as_chunks::<2>();
        let units: Vec<_> = pairs.iter().map(|pair| read(*pair)).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, text @ ..] => units(u16::from_le_bytes, text),
        [0xfe, 0xff, text @ ..] => units(u16::from_be_bytes, text),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Whether an argument is a text and not the name of a file: a link, also with the escapes of another format, or an error.
fn is_text(input: &str) -> bool {
    let scheme = input.get(.."https".len()).unwrap_or_default().to_ascii_lowercase();
    input.contains("://")
        || input.starts_with(['{', '[', '<', '"'])
        || scheme.starts_with("http") && input.contains(['%', '\\'])
        || (input.contains(": ") || is_code(input)) && !Path::new(input).exists()
}

/// Whether an argument is the code of an error, such as `AccessDenied`.
fn is_code(input: &str) -> bool {
    ::explain::catalogue().any(|(_, entries)| entries.iter().any(|row| row.codes.contains(&input)))
}

/// Reads one byte more than the maximum, so that a larger input is recognized.
fn bounded(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    from.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Adds the method, headers and time of the command line, which take precedence over the inputs.
fn with_args(args: &ExplainArgs, evidence: Evidence) -> Evidence {
    let from_args = Evidence {
        sent: sent(args.method.as_deref(), &args.header, args.no_header),
        signed: sent(args.signed_method.as_deref(), &args.signed_header, false),
        at: args.at,
        ..Evidence::default()
    };
    from_args.or(evidence)
}

fn sent(method: Option<&str>, headers: &[String], none: bool) -> Option<Sent> {
    let sent = Sent::from_lines(method.unwrap_or_default(), headers.iter().map(String::as_str));
    if none { Some(Sent { complete: true, ..sent.unwrap_or_default() }) } else { sent }
}
