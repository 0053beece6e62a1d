//! The forms of credentials that clients read.

use core::fmt::Write as _;

use error_code::ErrorCode;
use rules::HandedOut;
use serde::Serialize;

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

    pub(crate) fn answer(self, credentials: &HandedOut) -> Answer {
        match self {
            Self::Uppy => Answer::json(200, JSON, &ForUppy::new(credentials)),
            Self::Process => Answer::json(200, JSON, &ForTools::process(credentials)),
            Self::Container => Answer::json(200, JSON, &ForTools::container(credentials)),
            Self::Env => Answer::empty(200).with_body(TEXT, variables(credentials)),
        }
    }
}

/// Spec: <https://uppy.io/docs/aws-s3/>
#[derive(Serialize)]
struct ForUppy<'a> {
    credentials: Credentials<'a>,
    region: &'a str,
    bucket: &'a str,
    endpoint: &'a str,
    url: &'a str,
    prefix: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Credentials<'a> {
    access_key_id: &'a str,
    secret_access_key: &'a str,
    session_token: &'a str,
    expiration: String,
}

impl<'a> ForUppy<'a> {
    fn new(handed_out: &'a HandedOut) -> Self {
        Self {
            credentials: Credentials {
                access_key_id: &handed_out.access_key_id,
                secret_access_key: &handed_out.secret_access_key,
                session_token: &handed_out.session_token,
                expiration: handed_out.expiration.to_string(),
            },
            region: &handed_out.region,
            bucket: &handed_out.bucket,
            endpoint: &handed_out.endpoint,
            url: &handed_out.url,
            prefix: &handed_out.prefix,
        }
    }
}

/// Spec: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>,
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ForTools<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u8>,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    /// The token of a process.
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<&'a str>,
    /// The token of a container.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    expiration: String,
}

impl<'a> ForTools<'a> {
    fn new(handed_out: &'a HandedOut) -> Self {
        Self {
            version: None,
            access_key_id: &handed_out.access_key_id,
            secret_access_key: &handed_out.secret_access_key,
            session_token: None,
            token: None,
            expiration: handed_out.expiration.to_string(),
        }
    }

    fn process(handed_out: &'a HandedOut) -> Self {
        let session_token = Some(&**handed_out.session_token);
        Self { version: Some(1), session_token, ..Self::new(handed_out) }
    }

    fn container(handed_out: &'a HandedOut) -> Self {
        Self { token: Some(&handed_out.session_token), ..Self::new(handed_out) }
    }
}

/// Writes a file that shells, Docker and systemd read. Only comments have the prefix, since a caller's name can contain what a
/// shell would run; it has no line ends.
///
/// Spec: <https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html>
fn variables(handed_out: &HandedOut) -> String {
    let HandedOut { bucket, prefix, .. } = handed_out;
    let mut text = format!("# bucket: {bucket}\n# prefix: {prefix}\n");
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", &*handed_out.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", &handed_out.secret_access_key),
        ("AWS_SESSION_TOKEN", &handed_out.session_token),
        ("AWS_CREDENTIAL_EXPIRATION", &handed_out.expiration.to_string()),
        ("AWS_REGION", &handed_out.region),
        ("AWS_ENDPOINT_URL_S3", &handed_out.endpoint),
    ] {
        let _ = writeln!(text, "{name}={value}"); // a string never fails
    }
    text
}
