//! Many at once: requests with a list of files or paths, and answers that say for each what was granted or refused.

use error_code::ErrorCode;
use rules::{
    Access, Blocked, Caller, DownloadRule, EndsWith, NewLink, ShortLink, Signed, SignedLink,
    SignedUpload, UploadGrant, UploadRule,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::exchange::{Action, Exchange};
use crate::http::answer::{Answer, JSON};
use crate::http::body::{self, EXAMPLE};
use crate::http::problem::{Members, Problem};
use crate::routes::sign_grant::{reserve, sign_grant};
use crate::routes::{download, links, upload};

/// Most files or paths in one request.
const MAX_ITEMS: usize = 100;

/// Longest request, in bytes: some 2,600 for each file.
pub(crate) const MAX_BYTES: usize = 262_144;

/// A request for several uploads.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Files<'a> {
    /// Unparsed, so that each is refused by itself.
    #[serde(borrow)]
    files: Vec<&'a RawValue>,
}

/// A request for several links.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paths {
    paths: Vec<String>,
}

/// The answer about several files, in the order of the request.
#[derive(Serialize)]
struct Uploads<'a> {
    files: Vec<File<'a>>,
}

/// What was granted for a file, or why nothing was.
#[derive(Serialize)]
#[serde(untagged)]
enum File<'a> {
    Granted(upload::Body<'a>),
    Refused { error: Members },
}

/// The answer about several paths, in the order of the request.
#[derive(Serialize)]
struct Links<'a> {
    downloads: Vec<Link<'a>>,
}

/// A path, and the link to it or why there is none.
#[derive(Serialize)]
#[serde(untagged)]
enum Link<'a> {
    Granted {
        path: &'a str,
        url: &'a str,
        expires: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_with: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        uses: Option<u32>,
    },
    Refused {
        path: &'a str,
        error: Members,
    },
}

impl<'a> Link<'a> {
    fn granted(path: &'a str, body: download::Body<'a>) -> Self {
        let download::Body { url, expires, expires_with, id, uses } = body;
        Self::Granted { path, url, expires, expires_with, id, uses }
    }
}

/// Returns whether a body is a request for several files, whose only member is `files`.
pub(crate) fn is_files(body: &[u8]) -> bool {
    let members = body.trim_ascii_start().strip_prefix(b"{").unwrap_or_default();
    members.trim_ascii_start().starts_with(br#""files""#)
}

/// Signs several uploads.
#[inline(never)] // keeps rare code out of the function that V8 compiles for all uploads
pub(crate) fn sign_uploads(
    rule: &UploadRule,
    caller: &Caller,
    text: &[u8],
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let example = format!(r#"{{"files":[{EXAMPLE}]}}"#);
    let Files { files } = body::parse(text, "the body", &example)?;
    let grant = |file: &&RawValue| {
        let request = body::parse_file(file.get().as_bytes(), "each file")?;
        Ok(rule.grant(caller, &request, exchange.ambient)?)
    };
    let signed: Vec<Result<Signed<SignedUpload>, Problem>> = if rule.quota().is_some() {
        let grants = each("files", &files, rule.access(), caller, exchange, grant)?;
        sign_counted(grants, exchange)?
    } else {
        let sign = |file: &&RawValue| sign_grant(grant(file)?, exchange);
        each("files", &files, rule.access(), caller, exchange, sign)?
    };
    let files = signed.iter().map(|signed| match signed {
        Ok(signed) => File::Granted(upload::Body::new(signed)),
        Err(problem) => File::Refused { error: problem.to_members() },
    });
    let body = Uploads { files: files.collect() };
    Ok(answer(&body, &signed))
}

/// Reserves what the grants permit, all at once, and signs those that are within the quota.
#[inline(never)]
fn sign_counted(
    mut grants: Vec<Result<UploadGrant, Problem>>,
    exchange: Exchange<'_>,
) -> Result<Vec<Result<Signed<SignedUpload>, Problem>>, Blocked<Problem>> {
    let mut granted: Vec<_> = grants.iter_mut().flatten().collect();
    let mut outcomes = reserve(&mut granted, false, exchange)?.into_iter();
    let sign = |grant: Result<UploadGrant, Problem>| {
        let grant = match grant {
            Ok(grant) => grant,
            Err(problem) => return Ok(Err(problem)),
        };
        match outcomes.next().unwrap_or(Ok(())) {
            Ok(()) => {
                let signed = sign_grant(grant, exchange)?;
                exchange.record.borrow_mut().list_granted();
                Ok(Ok(signed))
            }
            Err(denial) => {
                exchange.record.borrow_mut().refused(denial.code());
                Ok(Err(Problem::from(denial)))
            }
        }
    };
    grants.into_iter().map(sign).collect()
}

/// Signs several links.
#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn sign_links(
    rule: &DownloadRule,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let caller = exchange.caller(rule.access())?;
    let Some(text) = body::bytes(exchange.request, MAX_BYTES)? else {
        return Ok(Action::ReadBody { max_bytes: MAX_BYTES });
    };
    let Paths { paths } = body::parse(text, "the body", r#"{"paths":["a.png"]}"#)?;
    let name = exchange.request.query("download");
    if let Some(short) = rule.short_link() {
        return make_links(rule, short, &caller, &paths, name.as_deref(), exchange);
    }
    let sign = |path: &String| download::sign(rule, &caller, path, name.as_deref(), exchange);
    let signed: Vec<Result<Signed<SignedLink>, Problem>> =
        each("paths", &paths, rule.access(), &caller, exchange, sign)?;
    let links = paths.iter().zip(&signed).map(|(path, signed)| match signed {
        Ok(signed) => Link::granted(path, download::Body::new(signed)),
        Err(problem) => Link::Refused { path, error: problem.to_members() },
    });
    let body = Links { downloads: links.collect() };
    Ok(answer(&body, &signed))
}

/// Makes several short links.
#[inline(never)] // keeps rare code out of the function that V8 compiles for several links
fn make_links(
    rule: &DownloadRule,
    short: ShortLink,
    caller: &Caller,
    paths: &[String],
    name: Option<&str>,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Problem>> {
    let decide = |path: &String| {
        links::decide(rule, short, caller, path, name, exchange).map_err(Blocked::from)
    };
    let decided: Vec<Result<NewLink, Problem>> =
        each("paths", paths, rule.access(), caller, exchange, decide)?;
    let (mut new, mut refused) = (Vec::new(), Vec::new());
    for decided in decided {
        match decided {
            Ok(link) => {
                new.push(link);
                refused.push(None);
            }
            Err(problem) => refused.push(Some(problem)),
        }
    }
    let made = links::make(rule, short, new, exchange)?;
    let mut rest = made.iter();
    let links = paths.iter().zip(&refused).filter_map(|(path, refused)| match refused {
        Some(problem) => Some(Link::Refused { path, error: problem.to_members() }),
        None => rest.next().map(|made| Link::granted(path, download::Body::short(made))),
    });
    let body = Links { downloads: links.collect() };
    let ends_with = made.iter().find_map(|made| made.ends_with);
    Ok(Action::Answer(Answer::json(200, JSON, &body).with_end(ends_with)))
}

/// Signs each item that the rule and its limit permit, and notes it in the record.
///
/// # Errors
///
/// A problem if there are none or too many, and one that concerns all of them, such as missing credentials;
/// [`Blocked::Pending`] if an effect must be performed first.
fn each<I, T>(
    member: &str,
    items: &[I],
    access: &Access,
    caller: &Caller,
    exchange: Exchange<'_>,
    sign: impl Fn(&I) -> Result<T, Blocked<Problem>>,
) -> Result<Vec<Result<T, Problem>>, Blocked<Problem>> {
    if !(1..=MAX_ITEMS).contains(&items.len()) {
        let detail = format!("`{member}` must have 1 to {MAX_ITEMS} elements");
        return Err(Problem::new(ErrorCode::TooManyFiles, detail).into());
    }
    let quota = exchange.count_files(access, items.len(), caller)?;
    let mut signed = Vec::with_capacity(items.len());
    for (nth, item) in items.iter().enumerate() {
        let result = quota.check(nth).map_err(Problem::from);
        let result = match result.map_err(Blocked::from).and_then(|()| sign(item)) {
            Ok(granted) => Ok(granted),
            Err(Blocked::Refused(problem)) if problem.code().status() < 500 => Err(problem),
            Err(of_all) => return Err(of_all),
        };
        let mut record = exchange.record.borrow_mut();
        match &result {
            Ok(_) => record.list_granted(),
            Err(problem) => record.refused(problem.code()),
        }
        signed.push(result);
    }
    Ok(signed)
}

/// Answers 200 even if all are refused: each item has its own status.
fn answer<T>(body: &impl Serialize, signed: &[Result<Signed<T>, Problem>]) -> Action {
    // The same for all: they have one rule, caller and signer.
    let ends_with: Option<EndsWith> = signed.iter().flatten().find_map(|signed| signed.ends_with);
    Action::Answer(Answer::json(200, JSON, body).with_end(ends_with))
}
