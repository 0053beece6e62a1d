//! Parses JSON: a HAR, the answer of a signer, or links and errors in its texts.

use serde_json::{Map, Value};

use crate::copied::{Copied, MAX_LINKS};
use crate::evidence::{Evidence, Sent};
use crate::form::Form;
use crate::har;
use crate::link::Link;
use crate::read::prose;
use crate::server_error::ServerError;
use crate::unreadable::Unreadable;

/// The names under which signers return the fields of a form.
const FIELDS: [&str; 4] = ["fields", "formData", "form_data", "params"];
/// The names under which signers return a URL.
const URLS: [&str; 5] = ["url", "endpoint", "action", "uploadUrl", "signedUrl"];

pub(crate) fn read(value: &Value) -> Result<Vec<Evidence>, Unreadable> {
    if let Some(log) = value.get("log") {
        return har::read(log);
    }
    let mut found = Vec::new();
    collect(value, &mut found);
    if found.is_empty() {
        return Err(Unreadable("expected JSON with a \"url\", or a HAR"));
    }
    Ok(found)
}

/// Collects forms, signed links and errors from the outside to the inside. `serde_json` limits the depth of values.
fn collect(value: &Value, found: &mut Vec<Evidence>) {
    if found.len() >= MAX_LINKS {
        return;
    }
    match value {
        Value::Object(object) => match answer(object) {
            Some(evidence) => found.push(evidence),
            None => match ServerError::from_json(value) {
                Some(server_error) => {
                    let server_error = Some(server_error);
                    found.push(Evidence { server_error, ..Evidence::default() });
                }
                None => object.values().for_each(|value| collect(value, found)),
            },
        },
        Value::Array(all) => all.iter().for_each(|value| collect(value, found)),
        Value::String(text) => {
            let read = prose(text).unwrap_or_default();
            let is_relevant = |evidence: &Evidence| {
                let is_signed = evidence.link.as_ref().is_some_and(Link::is_signed);
                is_signed || evidence.server_error.is_some()
            };
            found.extend(read.into_iter().filter(is_relevant));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The answer of a signer: a form, or a URL with what was signed.
pub(crate) fn answer(object: &Map<String, Value>) -> Option<Evidence> {
    let url = URLS.iter().find_map(|name| object.get(*name)?.as_str());
    let Copied { link, undone } = Copied::read(url?)?;
    let fields = FIELDS.iter().find_map(|name| object.get(*name)).map(fields);
    if let Some(fields) = fields.filter(|fields| !fields.is_empty()) {
        let form = Some(Form::new(link, fields));
        return Some(Evidence { form, undone, ..Evidence::default() });
    }
    let is_main = object.contains_key("url") || link.is_signed();
    let evidence =
        Evidence { link: Some(link), undone, signed: signed(object), ..Evidence::default() };
    is_main.then_some(evidence)
}

/// Fields as an object, or as a list of `{"name": ..., "value": ...}` or `[name, value]`.
fn fields(value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Object(fields) => fields.iter().filter_map(text_pair).collect(),
        Value::Array(all) => {
            let field = |field: &Value| {
                let (name, value) = match field {
                    Value::Array(pair) => (pair.first()?, pair.get(1)?),
                    _ => (field.get("name").or_else(|| field.get("key"))?, field.get("value")?),
                };
                text_pair((&name.as_str()?.to_owned(), value))
            };
            all.iter().filter_map(field).collect()
        }
        _ => Vec::new(),
    }
}

/// The method and headers that a signer's answer states.
fn signed(answer: &Map<String, Value>) -> Option<Sent> {
    let method = answer.get("method").and_then(Value::as_str).map(str::to_ascii_uppercase);
    let headers = answer.get("headers").and_then(Value::as_object);
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
