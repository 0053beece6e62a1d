//! Parses an input: a URL, a form, a HAR or an error.

use serde_json::Value;

use crate::evidence::{Evidence, Sent};
use crate::form::Form;
use crate::har;
use crate::link::Link;
use crate::server_error::ServerError;
use crate::unreadable::Unreadable;

/// Largest input, in bytes: 32 MiB, which is enough for the HAR of a failed upload.
pub const MAX_BYTES: usize = 32 << 20;

/// Reads a text. In a HAR, requests with neither a signature nor an S3 error are ignored.
///
/// # Errors
///
/// [`Unreadable`] gives the reason.
///
/// ```
/// let read = explain::read("https://media.s3.eu-west-1.amazonaws.com/a.png?X-Amz-Date=20151229T000000Z")?;
/// assert_eq!(read.len(), 1);
/// assert!(explain::read("hello").is_err());
/// # Ok::<(), explain::Unreadable>(())
/// ```
pub fn read(text: &str) -> Result<Vec<Evidence>, Unreadable> {
    if text.len() > MAX_BYTES {
        return Err(Unreadable("it is larger than 32 MiB"));
    }
    let text = text.trim_start_matches('\u{feff}').trim();
    match text.chars().next() {
        None => Err(Unreadable("it is empty")),
        Some('<') if !text.starts_with("<http") => {
            let server_error = ServerError::parse(text);
            let server_error = server_error
                .ok_or(Unreadable("expected an <Error> with a <Code>, found other XML"))?;
            Ok(vec![Evidence { server_error: Some(server_error), ..Evidence::default() }])
        }
        Some('{') => json(text),
        Some(_) => {
            let link = Link::parse(text).ok_or(Unreadable(
                "expected a URL, a form as JSON {\"url\", \"fields\"}, a HAR or an <Error> of S3",
            ))?;
            Ok(vec![Evidence { link: Some(link), ..Evidence::default() }])
        }
    }
}

/// Combines the evidence of two texts about the same requests.
#[must_use]
pub fn combined(all: &[Evidence], more: &[Evidence]) -> Vec<Evidence> {
    let combine = |evidence: &Evidence| {
        more.iter().map(|added| evidence.clone().or(added.clone())).collect::<Vec<_>>()
    };
    all.iter().flat_map(combine).collect()
}

fn json(text: &str) -> Result<Vec<Evidence>, Unreadable> {
    let value: Value =
        serde_json::from_str(text).map_err(|_| Unreadable("it is not valid JSON"))?;
    if let Some(log) = value.get("log") {
        return har::read(log);
    }
    if let Some(server_error) =
        ServerError::from_json(&value).filter(|_| value.get("url").is_none())
    {
        return Ok(vec![Evidence { server_error: Some(server_error), ..Evidence::default() }]);
    }
    let url = value.get("url").and_then(Value::as_str).and_then(Link::parse);
    let url = url.ok_or(Unreadable("expected JSON with a \"url\", or a HAR"))?;
    Ok(vec![match value.get("fields").and_then(Value::as_object) {
        Some(fields) => {
            let form = Form::new(url, fields.iter().filter_map(text_pair));
            Evidence { form: Some(form), ..Evidence::default() }
        }
        None => Evidence { link: Some(url), signed: signed(&value), ..Evidence::default() },
    }])
}

/// The method and headers that a signer's answer states.
fn signed(value: &Value) -> Option<Sent> {
    let method = value.get("method").and_then(Value::as_str).map(str::to_ascii_uppercase);
    let headers = value.get("headers").and_then(Value::as_object);
    let headers = headers.into_iter().flatten().filter_map(text_pair);
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    method.map(|method| Sent { method: Some(method), headers, complete: true })
}

fn text_pair((name, value): (&String, &Value)) -> Option<(String, String)> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some((name.clone(), text))
}
