//! The forms of credentials that clients read.

use error_code::ErrorCode;
use rules::{HandedOut, is_hidden};
use serde_json::{Map, Value};

use crate::http::answer::{Answer, JSON};
use crate::http::problem::Problem;
use crate::http::request::Request;

/// The media type of a file of variables.
const TEXT: &str = "text/plain; charset=utf-8";

/// How an answer is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    /// For Uppy's `getCredentials`.
    Uppy,
    /// For `credential_process` in a configuration file of the AWS tools.
    Process,
    /// For the variable `AWS_CONTAINER_CREDENTIALS_FULL_URI` of the AWS tools.
    Container,
    /// A file of environment variables.
    Env,
}

impl Format {
    const ALL: [(&'static str, Self); 4] = [
        ("uppy", Self::Uppy),
        ("process", Self::Process),
        ("container", Self::Container),
        ("env", Self::Env),
    ];

    /// Returns the format that the query names, or that `Accept` prefers. By default, scripts get Uppy's by POST, and the AWS
    /// tools, which only send GET, theirs.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidArgument`] if the query names another format.
    pub(crate) fn of(request: &Request<'_>) -> Result<Self, Problem> {
        if let Some(name) = request.query("format") {
            let mut all = Self::ALL.into_iter();
            let found = all.find(|(known, _)| *known == name).map(|(_, format)| format);
            let detail = "`format` must be uppy, process, container or env";
            return found.ok_or_else(|| Problem::new(ErrorCode::InvalidArgument, detail));
        }
        Ok(match request.method {
            _ if request.accepts_text() => Self::Env,
            "GET" => Self::Container,
            _ => Self::Uppy,
        })
    }

    /// Writes the answer.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::InvalidArgument`] if the format cannot have what the token service has sent.
    pub(crate) fn answer(self, credentials: &HandedOut<'_>) -> Result<Answer, Problem> {
        let body = match self {
            Self::Uppy => for_uppy(credentials),
            Self::Process => {
                let mut body = for_tools(credentials, "SessionToken");
                body.insert("Version".to_owned(), 1.into());
                body
            }
            Self::Container => for_tools(credentials, "Token"),
            Self::Env if credentials.is_plain() => {
                return Ok(Answer::empty(200).with_body(TEXT, variables(credentials)));
            }
            Self::Env => {
                let detail = "the credentials have characters that a file of variables cannot have: use another `format`";
                return Err(Problem::new(ErrorCode::InvalidArgument, detail));
            }
        };
        Ok(Answer::json(200, JSON, &body))
    }
}

/// Returns what Uppy reads, with what else a client needs.
///
/// Spec: <https://uppy.io/docs/aws-s3/>
fn for_uppy(handed_out: &HandedOut<'_>) -> Map<String, Value> {
    let credentials = object(&[
        ("accessKeyId", &handed_out.access_key_id),
        ("secretAccessKey", &handed_out.secret_access_key),
        ("sessionToken", &handed_out.session_token),
        ("expiration", &handed_out.expiration.to_string()),
    ]);
    let mut answer = object(&[
        ("region", handed_out.region),
        ("bucket", handed_out.bucket),
        ("endpoint", handed_out.endpoint),
        ("url", &handed_out.url),
        ("prefix", handed_out.prefix),
    ]);
    answer.insert("credentials".to_owned(), Value::Object(credentials));
    answer
}

/// Returns what the AWS tools read; `token` is their name for the session token.
///
/// Spec: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>,
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>
fn for_tools(handed_out: &HandedOut<'_>, token: &str) -> Map<String, Value> {
    object(&[
        ("AccessKeyId", &handed_out.access_key_id),
        ("SecretAccessKey", &handed_out.secret_access_key),
        (token, &handed_out.session_token),
        ("Expiration", &handed_out.expiration.to_string()),
    ])
}

fn object(members: &[(&str, &str)]) -> Map<String, Value> {
    let mut object = Map::new();
    for (name, value) in members {
        object.insert((*name).to_owned(), Value::String((*value).to_owned()));
    }
    object
}

/// Writes a file that shells, Docker and systemd read. Only comments have the prefix, since a caller's name can contain what a
/// shell would run; what may end a line is escaped.
///
/// Spec: <https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html>
fn variables(handed_out: &HandedOut<'_>) -> String {
    let HandedOut { bucket, prefix, .. } = handed_out;
    let mut text = ["# bucket: ", bucket, "\n# prefix: "].concat();
    for c in prefix.chars() {
        if is_hidden(c) { text.extend(c.escape_unicode()) } else { text.push(c) }
    }
    text.push('\n');
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", &*handed_out.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", &handed_out.secret_access_key),
        ("AWS_SESSION_TOKEN", &handed_out.session_token),
        ("AWS_CREDENTIAL_EXPIRATION", &handed_out.expiration.to_string()),
        ("AWS_REGION", handed_out.region),
        ("AWS_ENDPOINT_URL_S3", handed_out.endpoint),
    ] {
        text.extend([name, "=", value, "\n"]);
    }
    text
}
