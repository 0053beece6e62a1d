//! `signpost sign --batch`: one signature for each line.

use alloc::borrow::Cow;
use std::io::{self, BufRead, BufWriter, Write as _};
use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use signer::{Bucket, Expires, ObjectKey, Presign, Signer, UnixTime};

use super::args::{Action, SignArgs};
use super::output::Signed;
use super::target::Target;
use super::{Upload, keys, request};
use crate::failure::Failure;
use crate::terminal::{self, quiet};

/// A line of input; what it leaves out is as on the command line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask<'l> {
    #[serde(borrow)]
    key: Cow<'l, str>,
    method: Option<Cow<'l, str>>,
    /// In seconds.
    expires: Option<u32>,
    #[serde(default, borrow)]
    headers: alloc::collections::BTreeMap<Cow<'l, str>, Cow<'l, str>>,
    #[serde(default, borrow)]
    query: alloc::collections::BTreeMap<Cow<'l, str>, Cow<'l, str>>,
}

/// A line of output.
#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Url { url: String },
    Form(serde_json::Value),
    Error { error: String },
}

/// Signs until the input ends; exits with 1 if a line was refused, and goes on all the same.
pub(crate) fn run(args: &SignArgs, now: UnixTime) -> Result<ExitCode, Failure> {
    let keys = keys::find(&args.credentials)?;
    let target = Target::parse(args, keys.region.as_deref())?;
    let signer = Signer::new(&keys.credentials, target.bucket.region(), now);
    let batch = Batch { args, bucket: &target.bucket, signer: &signer, now };
    let (mut input, mut line) = (io::stdin().lock(), String::new());
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut refused = 0_u64;
    while input.read_line(&mut line).map_err(|error| not_utf8(&error))? > 0 {
        let answer = batch.answer(line.trim()).unwrap_or_else(|error| {
            refused += 1;
            Answer::Error { error }
        });
        serde_json::to_writer(&mut out, &answer).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
        line.clear();
    }
    quiet(out.flush())?;
    if refused > 0 {
        terminal::tell(&format!(
            "error: {refused} lines were refused\nhint: their answers say why, in `error`"
        ));
    }
    Ok(ExitCode::from(u8::from(refused > 0)))
}

fn not_utf8(error: &io::Error) -> Failure {
    Failure::refused(format!("cannot read standard input: {error}"))
        .hint("it is JSON Lines, in UTF-8")
}

struct Batch<'b> {
    args: &'b SignArgs,
    bucket: &'b Bucket,
    signer: &'b Signer<'b>,
    now: UnixTime,
}

impl Batch<'_> {
    fn answer(&self, line: &str) -> Result<Answer, String> {
        let ask: Ask<'_> = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let action = ask.method.as_deref().map_or(Ok(self.args.action), action)?;
        if action == Action::Post {
            return self.form(&ask);
        }
        let expires = match ask.expires {
            Some(secs) => {
                Expires::from_secs(secs).ok_or("`expires`: expected 1 to 604800 seconds")?
            }
            None => self.args.expires,
        };
        let key = ObjectKey::new(ask.key).map_err(|error| error.to_string())?;
        let method = request::method(action).unwrap_or(signer::Method::Get);
        let mut presign = Presign::new(method, self.bucket, &key, expires);
        for (name, value) in &ask.headers {
            presign =
                request::with_header(presign, name, value).map_err(|error| error.to_string())?;
        }
        for (name, value) in &ask.query {
            presign = presign.query(name, value).map_err(|error| error.to_string())?;
        }
        Ok(Answer::Url { url: presign.sign(self.signer).url })
    }

    fn form(&self, ask: &Ask<'_>) -> Result<Answer, String> {
        if ask.expires.is_some() || !ask.headers.is_empty() || !ask.query.is_empty() {
            return Err("a form takes `key` alone; the rest stands on the command line".into());
        }
        let policy = request::post(self.args, self.bucket, &ask.key, self.now);
        let form = policy.map_err(|error| error.to_string())?.sign(self.signer);
        let expires = self.now.plus_secs(self.args.expires.as_secs().into());
        Ok(Answer::Form(Signed { upload: Upload::Form(form), expires }.to_json()))
    }
}

fn action(method: &str) -> Result<Action, String> {
    clap::ValueEnum::from_str(method, true)
        .map_err(|_| "`method`: expected get, head, put, delete or post".into())
}
