//! `signpost sign --batch`: signs one request for each line of standard input.

use alloc::borrow::Cow;
use std::io::{self, BufWriter, Write as _};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use signer::{Bucket, Expires, ObjectKey, Presign, Signer, UnixTime};

use super::args::{Action, SignArgs};
use super::lines::Lines;
use super::members::Members;
use super::output::Signed;
use super::target::Target;
use super::{SignedRequest, keys, request as build};
use crate::failure::Failure;
use crate::terminal::{self, ignore_closed_pipe};

/// A line of input. The command line gives the defaults.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InputLine<'l> {
    #[serde(borrow)]
    key: Cow<'l, str>,
    method: Option<Cow<'l, str>>,
    /// In seconds.
    expires: Option<u32>,
    #[serde(default, borrow)]
    headers: Members<'l>,
    #[serde(default, borrow)]
    query: Members<'l>,
}

/// A line of output.
#[derive(Serialize)]
#[serde(untagged)]
enum OutputLine {
    Url { url: String },
    Form(serde_json::Value),
    Error { error: String },
}

/// Signs each line until the input ends. Rejected lines do not stop it, but make the exit status 1.
pub(crate) fn run(args: &SignArgs, now: UnixTime) -> Result<ExitCode, Failure> {
    let credentials = keys::find(&args.credentials)?;
    let target = Target::parse(args)?;
    let signer = target.signer(&credentials, now);
    let batch = Batch {
        args,
        bucket: &target.bucket,
        accepts_forms: target.accepts_forms(),
        signer: &signer,
        now,
    };
    let mut lines = Lines::new(io::stdin().lock());
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut rejected = 0_u64;
    while let Some(line) = lines.next().map_err(|error| unreadable(&error))? {
        let output = line.and_then(|line| batch.sign(line)).unwrap_or_else(|error| {
            rejected += 1;
            OutputLine::Error { error }
        });
        let output = serde_json::to_string(&output).map_err(io::Error::from)?;
        writeln!(out, "{}", terminal::visible_json(&output))?;
    }
    ignore_closed_pipe(out.flush())?;
    if rejected > 0 {
        terminal::note(&format!(
            "error: rejected lines: {rejected}\nhint: `error` in the output gives the reason for each"
        ));
    }
    Ok(ExitCode::from(u8::from(rejected > 0)))
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::rejected(format!("cannot read standard input: {error}"))
}

struct Batch<'b> {
    args: &'b SignArgs,
    bucket: &'b Bucket,
    accepts_forms: bool,
    signer: &'b Signer<'b>,
    now: UnixTime,
}

impl Batch<'_> {
    fn sign(&self, line: &str) -> Result<OutputLine, String> {
        // A derived parser also takes a list of the values.
        if !line.starts_with('{') {
            return Err("expected a JSON object such as {\"key\": \"films/ada.mp4\"}".into());
        }
        let request: InputLine<'_> =
            serde_json::from_str(line).map_err(|error| error.to_string())?;
        let action = request.method.as_deref().map_or(Ok(self.args.action), action)?;
        if action == Action::Post {
            if !self.accepts_forms {
                return Err("S3 documents no forms for access points and directory buckets".into());
            }
            return self.form(&request);
        }
        let expires = match request.expires {
            Some(secs) => {
                Expires::from_secs(secs).ok_or("`expires`: expected 1 to 604800 seconds")?
            }
            None => self.args.expires,
        };
        let key = ObjectKey::new(request.key).map_err(|error| error.to_string())?;
        let method = build::method(action).unwrap_or(signer::Method::Get);
        let presign = Presign::new(method, self.bucket, &key, expires);
        let presign = self
            .complete(presign, &request.headers, &request.query)
            .map_err(|failure| failure.in_one_line())?;
        Ok(OutputLine::Url { url: presign.sign(self.signer).url })
    }

    /// Adds the headers and parameters of the line, and those of the command line that the line does not name.
    fn complete<'p>(
        &self,
        presign: Presign<'p>,
        own_headers: &Members<'_>,
        own_query: &Members<'_>,
    ) -> Result<Presign<'p>, Failure> {
        let has_header =
            |name: &str| own_headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        let has_parameter = |name: &str| own_query.iter().any(|(own, _)| own == name);
        let headers = build::headers(&self.args.request)?.into_iter();
        let headers = headers.filter(|(name, _)| !has_header(name)).chain(own_headers.iter());
        let query = build::parameters(&self.args.request)?.into_iter();
        let query = query.filter(|(name, _)| !has_parameter(name)).chain(own_query.iter());
        build::with_parameters(build::with_headers(presign, headers)?, query)
    }

    fn form(&self, request: &InputLine<'_>) -> Result<OutputLine, String> {
        let has_link_options = !request.headers.is_empty() || !request.query.is_empty();
        if request.expires.is_some() || has_link_options {
            return Err("a form accepts only `key`; put the rest on the command line".into());
        }
        let policy = build::policy(self.args, self.bucket, &request.key, self.now);
        let form = policy.map_err(|failure| failure.in_one_line())?.sign(self.signer);
        let expires = self.now.plus_secs(self.args.expires.as_secs().into());
        Ok(OutputLine::Form(Signed { request: SignedRequest::Form(form), expires }.to_json()))
    }
}

fn action(method: &str) -> Result<Action, String> {
    clap::ValueEnum::from_str(method, true)
        .map_err(|_| "`method`: expected get, head, put, delete or post".into())
}
