//! Output of a signed link or form, as a URL, JSON, curl command or HTML.

use maud::html;
use rules::is_hidden;
use serde_json::{Map, Value, json};
use signer::{Method, PresignedPost, PresignedUrl, UnixTime};

use super::SignedRequest;
use super::args::Output;
use super::shell_word::quoted;
use crate::failure::Failure;
use crate::terminal::is_printable;

/// A signed link or form, and when it expires.
pub(crate) struct Signed {
    pub(crate) request: SignedRequest,
    pub(crate) expires: UnixTime,
}

impl Signed {
    /// The same JSON as in the Worker's answers.
    pub(crate) fn to_json(&self) -> Value {
        let expires = self.expires.to_string();
        match &self.request {
            SignedRequest::Link(link) => {
                let headers: Map<String, Value> =
                    headers(link).map(|(name, value)| (name.into(), value.into())).collect();
                json!({ "method": link.method.as_str(), "url": link.url, "headers": headers, "expires": expires })
            }
            SignedRequest::Form(form) => {
                let fields: Map<String, Value> = form
                    .fields
                    .iter()
                    .map(|(name, value)| (name.to_string(), value.as_str().into()))
                    .collect();
                json!({ "method": "POST", "url": form.url, "fields": fields, "expires": expires })
            }
        }
    }

    /// # Errors
    ///
    /// A usage error if the request cannot be written in this way.
    pub(crate) fn to_text(&self, output: Output) -> Result<String, Failure> {
        let text = self.write(output)?;
        if is_printable(&text) {
            return Ok(text);
        }
        Err(Failure::usage("a value has characters that this format cannot write")
            .hint("use --output json"))
    }

    fn write(&self, output: Output) -> Result<String, Failure> {
        match (output, &self.request) {
            (Output::Json, _) => Ok(self.to_json().to_string()),
            (Output::Url, SignedRequest::Link(link)) => Ok(link.url.clone()),
            (Output::Url, SignedRequest::Form(_)) => {
                Err(Failure::usage("a form cannot be written as a URL")
                    .hint("use --output json, curl or html"))
            }
            (Output::Curl, SignedRequest::Link(link)) => curl_link(link),
            (Output::Curl, SignedRequest::Form(form)) => curl_form(form),
            (Output::Html, SignedRequest::Link(link)) => html_link(link),
            (Output::Html, SignedRequest::Form(form)) => html_form(form),
        }
    }
}

fn headers(link: &PresignedUrl) -> impl Iterator<Item = (&str, &str)> {
    link.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

fn curl_link(link: &PresignedUrl) -> Result<String, Failure> {
    let options = match link.method {
        Method::Get => " --output FILE",
        Method::Head => " --head",
        Method::Put => " --upload-file FILE",
        Method::Post => " --request POST",
        Method::Delete => " --request DELETE",
    };
    // curl sends the length itself.
    let headers = headers(link).filter(|(name, _)| *name != "content-length");
    let headers = headers
        .map(|(name, value)| Ok(format!(" --header {}", quoted(&format!("{name}: {value}"))?)));
    let headers = headers.collect::<Result<String, Failure>>()?;
    Ok(format!("curl --fail-with-body{options}{headers} {}", quoted(&link.url)?))
}

fn curl_form(form: &PresignedPost) -> Result<String, Failure> {
    let fields = form
        .fields
        .iter()
        .map(|(name, value)| Ok(format!(" --form-string {}", quoted(&format!("{name}={value}"))?)));
    let fields = fields.collect::<Result<String, Failure>>()?;
    let url = quoted(&form.url)?;
    Ok(format!("curl --fail-with-body{fields} --form file=@FILE {url}"))
}

fn html_link(link: &PresignedUrl) -> Result<String, Failure> {
    if link.method != Method::Get || !link.headers.is_empty() {
        return Err(Failure::usage("a link in a page can only send GET, without headers")
            .hint("use --output json or curl, or sign a form: signpost sign post"));
    }
    Ok(html! { a href=(link.url) referrerpolicy="no-referrer" { "Download" } }.into_string())
}

fn html_form(form: &PresignedPost) -> Result<String, Failure> {
    if let Some((name, _)) = form.fields.iter().find(|(_, value)| !is_kept_by_browsers(value)) {
        return Err(Failure::usage(format!(
            "a page cannot send the field {name} with this line end or control character"
        ))
        .hint("use --output json or curl"));
    }
    let html = html! {
        form method="post" action=(form.url) enctype="multipart/form-data" {
            @for (name, value) in &form.fields { "\n  " input type="hidden" name=(name) value=(value); }
            // Last, since S3 ignores fields after the file.
            "\n  " input type="file" name="file" required;
            "\n  " button { "Upload" } "\n"
        }
    };
    Ok(with_references(&html.into_string()))
}

/// Whether a browser sends a value as a page has it. It replaces U+0000, and sends every line end as CR LF. The references
/// of U+0080 to U+009F mean other characters.
///
/// Spec: <https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data>
fn is_kept_by_browsers(value: &str) -> bool {
    !value.replace("\r\n", "").contains(['\r', '\n', '\0'])
        && !value.contains(|c| matches!(c, '\u{80}'..='\u{9f}'))
}

/// Writes characters that a terminal does not show as references.
fn with_references(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for c in html.chars() {
        if is_hidden(c) && !matches!(c, '\n' | '\t') {
            text.extend(["&#x", &format!("{:x}", u32::from(c)), ";"]);
        } else {
            text.push(c);
        }
    }
    text
}
