//! Parses a HAR, a browser's record of requests and responses.
//!
//! Spec: <http://www.softwareishard.com/blog/har-12-spec/>

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::Deserialize;
use serde_json::Value;

use crate::evidence::{Evidence, Sent};
use crate::form::Form;
use crate::instant;
use crate::link::Link;
use crate::server_error::ServerError;
use crate::unreadable::Unreadable;

/// Maximum number of requests that are explained, since each may take thousands of signatures.
const MAX_REQUESTS: usize = 100;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    #[serde(default)]
    started_date_time: String,
    request: Request,
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    headers: Vec<Header>,
    post_data: Option<Body>,
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    status: i64,
    #[serde(default)]
    headers: Vec<Header>,
    #[serde(default)]
    content: Body,
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
}

/// Parses the `log` of a HAR.
pub(crate) fn read(log: &Value) -> Result<Vec<Evidence>, Unreadable> {
    let entries = log.get("entries").and_then(Value::as_array);
    let entries = entries.ok_or(Unreadable("it has a \"log\" without a list of entries"))?;
    let read = |entry: &Value| Entry::deserialize(entry).ok()?.into_evidence();
    let found: Vec<_> = entries.iter().filter_map(read).take(MAX_REQUESTS).collect();
    if found.is_empty() {
        return Err(Unreadable("no request in the HAR is signed for S3"));
    }
    Ok(found)
}

impl Entry {
    /// The evidence of an entry; `None` unless it is a signed link, a form with a policy, or a request that an S3 server
    /// rejected.
    fn into_evidence(self) -> Option<Evidence> {
        let link = Link::parse(&self.request.url)?;
        let body = self.request.post_data.unwrap_or_default();
        let content_type = header(&self.request.headers, "content-type").unwrap_or(&body.mime_type);
        let form = Form::read(link.clone(), content_type, &body.text).filter(|form| {
            form.field("policy").is_some()
                || form.fields_after_file.iter().any(|name| name == "policy")
        });
        let server_error = ServerError::parse(&self.response.content.decoded());
        let signed = link.dialect().is_some() || link.is_version_2();
        (signed || form.is_some() || server_error.is_some()).then_some(())?;
        let headers = self.request.headers.iter();
        let headers = headers.filter(|header| !header.name.starts_with(':'));
        let headers = headers
            .map(|header| (header.name.to_ascii_lowercase(), header.value.clone()))
            .collect();
        let method = Some(self.request.method.to_ascii_uppercase());
        Some(Evidence {
            link: form.is_none().then_some(link),
            form,
            sent: Some(Sent { method, headers, complete: true }),
            signed: None,
            server_error,
            status: Some(u16::try_from(self.response.status).unwrap_or(0)),
            // The server checks the time by its own clock.
            at: header(&self.response.headers, "date")
                .and_then(instant::parse)
                .or_else(|| instant::parse(&self.started_date_time)),
        })
    }
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
