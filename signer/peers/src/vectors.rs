//! What `aws-sigv4` signs of the asks in `boto3.json`, as `aws_sigv4.json` has it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::AwsSigV4;

/// All but RFC 3986's unreserved characters.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The version in `Cargo.lock`.
const LOCK: &str = include_str!("../Cargo.lock");

/// Signs all of `boto3.json`; the same text for the same lock file.
pub fn aws_sigv4(boto3: &str) -> String {
    let asked: Value = serde_json::from_str(boto3).unwrap();
    let now = asked["now"].as_u64().unwrap();
    let urls: Vec<_> = asked["urls"].as_array().unwrap().iter().map(|ask| sign(ask, now)).collect();
    let text = serde_json::to_string_pretty(&json!({
        "origin": format!("aws-sigv4 {}", version()),
        "now": now,
        "access_key_id": asked["access_key_id"],
        "secret_access_key": asked["secret_access_key"],
        "urls": urls,
    }));
    text.unwrap() + "\n"
}

fn version() -> &'static str {
    let (_, rest) = LOCK.split_once("name = \"aws-sigv4\"\nversion = \"").unwrap();
    rest.split('"').next().unwrap()
}

fn sign(ask: &Value, now: u64) -> Value {
    let text = |name: &str| ask[name].as_str().unwrap();
    let pairs = |name: &str| ask[name].as_object().unwrap().iter();
    let encode = |text| utf8_percent_encode(text, QUERY).to_string();
    // boto3 has written the path; `aws-sigv4` takes it as it is.
    let query: Vec<_> = pairs("query")
        .map(|(name, value)| format!("{}={}", encode(name), encode(value.as_str().unwrap())))
        .collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let url = format!("{}{mark}{}", text("base"), query.join("&"));
    let host = url.split('/').nth(2).unwrap();
    let headers: Vec<_> = pairs("headers")
        .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
        .chain([("host", host)])
        .collect();
    let signed = AwsSigV4 {
        method: text("method"),
        url: &url,
        headers: &headers,
        region: text("region"),
        session_token: ask["token"].as_str(),
        now,
        expires: ask["expires"].as_u64().unwrap().try_into().unwrap(),
    }
    .presign();
    let (base, query) = signed.split_once('?').unwrap();
    let mut case = ask.clone();
    case["base"] = base.into();
    case["signed_query"] = decoded(query).into();
    case
}

fn decoded(query: &str) -> Map<String, Value> {
    let decode = |text| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(name, value)| (decode(name), decode(value).into())).collect()
}
