//! Sends the request of a case to the pure function, and checks its answer.

use regex::Regex;
use rules::{Ambient, Effect, EffectResult, Results};
use serde_json::{Map, Value};
use signpost::{Action, Answer, Found, Headers, Next, Request, Site, Url, respond};

pub(crate) const ORIGIN: &str = "http://signpost.example.com";

/// Sends the request of a case. The body is passed only after `ReadBody`, as by the entry.
pub(crate) fn send(
    site: &Site,
    request: &Value,
    ambient: Ambient,
    platform: impl Fn(&Effect) -> EffectResult,
) -> Answer {
    let text = |name: &str| request[name].as_str().map(expand);
    let (method, path) = (text("method").unwrap(), text("path").unwrap());
    let body: Vec<u8> = match (&request["json"], &request["bytes"]) {
        (Value::Null, Value::Null) => text("body").unwrap_or_default().into_bytes(),
        (Value::Null, bytes) => serde_json::from_value(bytes.clone()).unwrap(),
        (json, _) => expand(&json.to_string()).into_bytes(),
    };
    let (length, no_headers) = (body.len().to_string(), Map::new());
    let headers = request["headers"].as_object().unwrap_or(&no_headers);
    let header = |name: &str| headers.get(name).and_then(Value::as_str).map(expand);
    let named = ["accept", "authorization", "origin", "content-type"].map(header);
    let (address, fetch_site) = (header("cf-connecting-ip"), header("sec-fetch-site"));
    let rule_headers: Vec<_> = site.headers().iter().map(|name| (*name, header(name))).collect();
    let headers = Headers {
        accept: named[0].as_deref(),
        authorization: named[1].as_deref(),
        content_type: named[3].as_deref(),
        content_length: Some(&length),
        origin: named[2].as_deref(),
        address: address.as_deref(),
        country: None,
        fetch_site: fetch_site.as_deref(),
        rule_headers: &rule_headers,
    };
    let url = format!("{ORIGIN}{path}");
    let (mut read, mut results) = (None, Results::default());
    for _ in 0..=32 {
        let url = Url::new(&url);
        let request = Request { method: &method, url, headers, body: read, results: &results };
        match respond(site, &request, ambient) {
            Action::Answer(answer) => return answer,
            Action::ReadBody { .. } if read.is_some() => panic!("the body is requested twice"),
            Action::ReadBody { .. } => read = Some(&body[..]),
            Action::ReadHead(_) | Action::WriteObject(_) => panic!("no case sends a file"),
            Action::ReadObject(read) => match read.finish(Found::Missing) {
                Next::Answer(answer) => return answer.answer,
                Next::Read(_) => panic!("a missing object is read once"),
            },
            Action::Perform(effect) => {
                let result = platform(&effect);
                results.insert(effect, result);
            }
        }
    }
    panic!("too many actions without an answer");
}

pub(crate) fn check(answer: &Answer, expect: &Value) -> Result<(), String> {
    if answer.status != expect["status"] {
        return Err(format!("expected status {}", expect["status"]));
    }
    for (name, expected) in expect["headers"].as_object().into_iter().flatten() {
        let found = answer.headers.iter().find(|(header, _)| header == name);
        let found = found.map_or(Value::Null, |(_, value)| value.as_ref().into());
        matches(&found, expected, name)?;
    }
    if expect["empty"] == true && !answer.body.is_empty() {
        return Err("expected no body".into());
    }
    for text in expect["body"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !answer.body.contains(text) {
            return Err(format!("expected {text} in the body"));
        }
    }
    if let Some(code) = expect["code"].as_str() {
        let problem = read(&answer.body);
        matches(&problem["code"], &code.into(), "code")?;
        matches(&problem["status"], &expect["status"], "status")?;
        matches(&problem["title"], &"/^[A-Z]/".into(), "title")?;
        matches(&problem["detail"], expect.get("detail").unwrap_or(&"/^.{10}/".into()), "detail")?;
    }
    expect.get("json").map_or(Ok(()), |json| matches(&read(&answer.body), json, "json"))
}

/// Compares values: a string is exact or a `/regular expression/`, an object must have the same
/// members, and a list as many elements.
fn matches(found: &Value, expected: &Value, place: &str) -> Result<(), String> {
    if let (Some(found), Some(expected)) = (found.as_object(), expected.as_object()) {
        for name in found.keys().chain(expected.keys()) {
            let of = |object: &Map<String, Value>| object.get(name).cloned().unwrap_or(Value::Null);
            matches(&of(found), &of(expected), &format!("{place}.{name}"))?;
        }
        return Ok(());
    }
    if let (Some(found), Some(expected)) = (found.as_array(), expected.as_array())
        && found.len() == expected.len()
    {
        let mut pairs = found.iter().zip(expected).enumerate();
        return pairs.try_for_each(|(nth, (found, expected))| {
            matches(found, expected, &format!("{place}[{nth}]"))
        });
    }
    let pattern = expected.as_str().and_then(|text| text.strip_prefix('/')?.strip_suffix('/'));
    let fits = match (pattern, found.as_str()) {
        (Some(pattern), Some(found)) => {
            Regex::new(&pattern.replace(r"\/", "/")).unwrap().is_match(found)
        }
        _ => found == expected,
    };
    if fits { Ok(()) } else { Err(format!("{place}: expected {expected}, found {found}")) }
}

/// Expands `{9000}` to that many letters.
fn expand(text: &str) -> String {
    let letters = |found: &regex::Captures<'_>| "k".repeat(found[1].parse().unwrap());
    Regex::new(r"\{(\d+)\}").unwrap().replace_all(text, letters).into_owned()
}

pub(crate) fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}
