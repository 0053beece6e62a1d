//! Output of a signed link or form, as a URL, JSON, curl command or HTML.

use maud::html;
use serde_json::{Map, Value, json};
use signer::{Method, PresignedPost, PresignedUrl, UnixTime};

use super::SignedRequest;
use super::args::Output;
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
    /// A usage error if the request cannot be written in this way. A field with hidden characters is only written as JSON,
    /// which can escape them.
    pub(crate) fn to_text(&self, output: Output) -> Result<String, Failure> {
        let text = self.write(output)?;
        if is_printable(&text) {
            return Ok(text);
        }
        Err(Failure::usage("a value has control or invisible characters").hint("use --output json"))
    }

    fn write(&self, output: Output) -> Result<String, Failure> {
        match (output, &self.request) {
            (Output::Json, _) => Ok(self.to_json().to_string()),
            (Output::Url, SignedRequest::Link(link)) => Ok(link.url.clone()),
            (Output::Url, SignedRequest::Form(_)) => {
                Err(Failure::usage("a form cannot be written as a URL")
                    .hint("use --output json, curl or html"))
            }
            (Output::Curl, SignedRequest::Link(link)) => Ok(curl_link(link)),
            (Output::Curl, SignedRequest::Form(form)) => Ok(curl_form(form)),
            (Output::Html, SignedRequest::Link(link)) => html_link(link),
            (Output::Html, SignedRequest::Form(form)) => Ok(html_form(form)),
        }
    }
}

fn headers(link: &PresignedUrl) -> impl Iterator<Item = (&str, &str)> {
    link.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

fn curl_link(link: &PresignedUrl) -> String {
    let options = match link.method {
        Method::Get => " --output FILE",
        Method::Head => " --head",
        Method::Put => " --upload-file FILE",
        Method::Post => " --request POST",
        Method::Delete => " --request DELETE",
    };
    // curl sends the length itself.
    let headers = headers(link).filter(|(name, _)| *name != "content-length");
    let headers =
        headers.map(|(name, value)| format!(" --header {}", quoted(&format!("{name}: {value}"))));
    format!("curl --fail-with-body{options}{} {}", headers.collect::<String>(), quoted(&link.url))
}

fn curl_form(form: &PresignedPost) -> String {
    let fields = form.fields.iter();
    let fields = fields
        .map(|(name, value)| format!(" --form-string {}", quoted(&format!("{name}={value}"))));
    format!(
        "curl --fail-with-body{} --form file=@FILE {}",
        fields.collect::<String>(),
        quoted(&form.url)
    )
}

/// Quotes a text as one word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn html_link(link: &PresignedUrl) -> Result<String, Failure> {
    if link.method != Method::Get || !link.headers.is_empty() {
        return Err(Failure::usage("a link in a page can only send GET, without headers")
            .hint("use --output json or curl, or sign a form: signpost sign post"));
    }
    Ok(html! { a href=(link.url) referrerpolicy="no-referrer" { "Download" } }.into_string())
}

fn html_form(form: &PresignedPost) -> String {
    html! {
        form method="post" action=(form.url) enctype="multipart/form-data" {
            @for (name, value) in &form.fields { "\n  " input type="hidden" name=(name) value=(value); }
            // Last, since S3 ignores fields after the file.
            "\n  " input type="file" name="file" required;
            "\n  " button { "Upload" } "\n"
        }
    }
    .into_string()
}
