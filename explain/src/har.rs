//! Parses a HAR, a browser's record of requests and responses.
//!
//! Spec: <http://www.softwareishard.com/blog/har-12-spec/>

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Deserialize;
use serde_json::Value;

use crate::copied::Copied;
use crate::evidence::{Evidence, Redirect, Sent};
use crate::form::{Encoding, Form};
use crate::link::Link;
use crate::server_error::ServerError;
use crate::unreadable::Unreadable;
use crate::{instant, json, multipart};

/// Maximum number of requests that are explained, since each may take thousands of signatures.
const MAX_REQUESTS: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    started_date_time: String,
    request: Request,
    #[serde(default)]
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    post_data: Option<Body>,
}

#[derive(Default, Deserialize)]
struct Response {
    #[serde(default)]
    status: i64,
    #[serde(default)]
    headers: Vec<Header>,
    #[serde(default)]
    content: Body,
    #[serde(default, rename = "redirectURL")]
    redirect_url: String,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    mime_type: String,
    text: String,
    encoding: String,
    /// The fields of a form. A record has these, `text`, or both.
    params: Vec<Param>,
}

/// A field of a form. That of a file may have no value.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Param {
    pub(crate) name: String,
    pub(crate) value: Option<String>,
    pub(crate) file_name: Option<String>,
}

/// Parses the `log` of a HAR.
pub(crate) fn read(log: &Value) -> Result<Vec<Evidence>, Unreadable> {
    let entries = log.get("entries").and_then(Value::as_array);
    let entries = entries.ok_or(Unreadable("it has a \"log\" without a list of entries"))?;
    let entries = || entries.iter().filter_map(|entry| Entry::deserialize(entry).ok());
    let granted: Vec<_> =
        entries().filter_map(|entry| entry.granted()).take(MAX_REQUESTS).collect();
    let read = |entry: Entry| entry.into_evidence(&granted);
    let found: Vec<_> = entries().filter_map(read).take(MAX_REQUESTS).collect();
    if found.is_empty() {
        return Err(Unreadable("no request in the HAR is signed for S3"));
    }
    Ok(found)
}

impl Entry {
    /// The form in a response, which is what a signer granted.
    fn granted(&self) -> Option<Form> {
        let text = self.response.content.decoded();
        if !text.trim_start().starts_with('{') {
            return None;
        }
        json::answer(serde_json::from_str::<Value>(&text).ok()?.as_object()?)?.form
    }

    /// Whether the browser did not send the request to a bucket, or did not show its response, because of a preflight.
    fn is_blocked(&self, url: &Link, granted: &[Form]) -> bool {
        let is_preflight = self.request.method.eq_ignore_ascii_case("OPTIONS");
        let is_stopped = self.response.status <= 0 || is_preflight && self.response.status >= 300;
        let is_granted = || granted.iter().any(|form| form.url == *url);
        is_stopped && (is_granted() || !rules::regions_of_host(&url.host).is_empty())
    }

    /// The target of a preflight's redirect.
    fn redirect(&self) -> Option<Redirect> {
        let is_preflight = self.request.method.eq_ignore_ascii_case("OPTIONS");
        let location = header(&self.response.headers, "location");
        let to = location.or(Some(&self.response.redirect_url)).and_then(Link::parse);
        (is_preflight && (300..400).contains(&self.response.status)).then_some(Redirect { to })
    }

    /// The evidence of an entry; `None` unless it is a signed link, a form with a policy, a request that an S3 server
    /// rejected, or one to a bucket that a preflight stopped.
    fn into_evidence(self, granted: &[Form]) -> Option<Evidence> {
        let url = Copied::read(&self.request.url)?;
        let is_blocked = self.is_blocked(&url.link, granted);
        let redirect = self.redirect();
        let body = self.request.post_data.unwrap_or_default();
        let mut headers: Vec<_> = self
            .request
            .headers
            .iter()
            .filter(|header| !header.name.starts_with(':'))
            .map(|header| (header.name.to_ascii_lowercase(), header.value.clone()))
            .collect();
        // Some records have the type of the body only there.
        if header(&self.request.headers, "content-type").is_none() && !body.mime_type.is_empty() {
            headers.push(("content-type".into(), body.mime_type.clone()));
        }
        let method = Some(self.request.method.to_ascii_uppercase());
        let sent = Sent { method, headers, complete: true };
        let server_error = ServerError::parse(&self.response.content.decoded());
        let is_signed = url.link.is_signed();
        let mut found = evidence(url, sent, &body.decoded(), &body.params);
        let of_signer = |link: &Link| granted.iter().find(|form| form.url == *link).cloned();
        if is_blocked
            && found.form.is_none()
            && let Some(form) = found.link.as_ref().and_then(of_signer)
        {
            (found.link, found.form) = (None, Some(form));
        }
        let is_form =
            found.form.as_ref().is_some_and(|form| is_s3_form(form, server_error.is_some()));
        (is_signed || is_form || is_blocked || server_error.is_some()).then_some(())?;
        Some(Evidence {
            server_error,
            redirect,
            status: Some(u16::try_from(self.response.status).unwrap_or(0)),
            // The server checks the time by its own clock.
            at: header(&self.response.headers, "date")
                .and_then(instant::parse)
                .or_else(|| instant::parse(&self.started_date_time)),
            ..found
        })
    }
}

/// Whether a form is meant for S3, since pages send other forms too.
fn is_s3_form(form: &Form, is_rejected_by_s3: bool) -> bool {
    let is_signed = form.fields.iter().any(|(name, _)| {
        matches!(name.as_str(), "x-amz-signature" | "x-goog-signature" | "awsaccesskeyid")
    });
    form.has_policy() || is_signed || is_rejected_by_s3
}

/// The evidence of a request as it was sent.
pub(crate) fn evidence(url: Copied, sent: Sent, body: &str, params: &[Param]) -> Evidence {
    let is_post = sent.method.as_deref() == Some("POST");
    let form = if is_post { sent_form(&url.link, &sent, body, params) } else { None };
    Evidence {
        link: form.is_none().then_some(url.link),
        undone: url.undone,
        form,
        sent: Some(sent),
        ..Evidence::default()
    }
}

/// The form in a request; `None` if it is none, or its URL is signed.
fn sent_form(url: &Link, sent: &Sent, body: &str, params: &[Param]) -> Option<Form> {
    let content_type = sent.header("content-type").unwrap_or_default();
    let length = sent.header("content-length").and_then(|length| length.parse().ok());
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_multipart = kind == "multipart/form-data";
    let is_meant = |form: &Form| form.has_policy() || !url.is_signed();
    let form = multipart::form(url.clone(), &content_type, body, length);
    if let Some(form) = form.filter(is_meant) {
        return Some(form);
    }
    let with_fields = |encoding, fields: Vec<(String, String)>| {
        let form = Form { encoding, ..Form::new(url.clone(), fields) };
        form.has_policy().then_some(form)
    };
    if is_multipart && body.is_empty() && !params.is_empty() {
        let has_boundary = multipart::parameter(&content_type, "boundary").is_some();
        let encoding = if has_boundary { Encoding::Multipart } else { Encoding::NoBoundary };
        return Some(of_params(url, encoding, params)).filter(is_meant);
    }
    if is_multipart && body.is_empty() && !url.is_signed() {
        return Some(Form { encoding: Encoding::NotRecorded, ..Form::new(url.clone(), []) });
    }
    if !params.is_empty() && body.is_empty() {
        return Some(of_params(url, Encoding::NotMultipart, params)).filter(Form::has_policy);
    }
    if body.trim_start().starts_with('{') {
        let Ok(Value::Object(fields)) = serde_json::from_str(body) else { return None };
        let fields =
            fields.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())));
        return with_fields(Encoding::NotMultipart, fields.collect());
    }
    let fields = form_urlencoded::parse(body.as_bytes()).into_owned().take(1_000);
    with_fields(Encoding::NotMultipart, fields.collect())
}

fn of_params(url: &Link, encoding: Encoding, params: &[Param]) -> Form {
    let mut form = Form { encoding, ..Form::new(url.clone(), []) };
    for param in params.iter().take(1_000) {
        let is_file = param.file_name.is_some() || param.name.eq_ignore_ascii_case("file");
        if is_file {
            form.push_file(&param.name, param.file_name.as_deref().unwrap_or_default());
        } else {
            form.push(&param.name, param.value.clone().unwrap_or_default());
        }
    }
    form
}

impl Body {
    fn decoded(&self) -> String {
        if self.encoding != "base64" {
            return self.text.clone();
        }
        let bytes = BASE64_STANDARD.decode(&self.text).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn header<'h>(headers: &'h [Header], name: &str) -> Option<&'h str> {
    let mut found = headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
    found.next().map(|header| header.value.as_str())
}
