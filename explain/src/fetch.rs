//! Parses a call of `fetch` as browsers copy it: `fetch("https://...", { "headers": {...}, "method": "PUT" });`

use serde_json::Value;

use crate::copied::Copied;
use crate::evidence::{Evidence, Sent};
use crate::har;

pub(crate) fn read(text: &str) -> Option<Vec<Evidence>> {
    let text = text.strip_prefix("await ").unwrap_or(text).strip_prefix("fetch(")?;
    // The arguments of a call are the elements of a JSON array.
    let end = text.rfind(')')?;
    let arguments = format!("[{}]", text.get(..end)?);
    let Value::Array(arguments) = serde_json::from_str(&arguments).ok()? else { return None };
    let url = Copied::read(arguments.first()?.as_str()?)?;
    let options = arguments.get(1).cloned().unwrap_or_default();
    let headers = options.get("headers").and_then(Value::as_object).into_iter().flatten();
    let headers = headers
        .filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?.to_owned())));
    let headers: Vec<_> = headers.collect();
    let method = options.get("method").and_then(Value::as_str).unwrap_or("GET");
    let body = options.get("body").and_then(Value::as_str).unwrap_or_default();
    let method = method.to_ascii_uppercase();
    let sent = Sent { method: Some(method), headers, complete: true };
    Some(vec![har::evidence(url, sent, body, &[])])
}
