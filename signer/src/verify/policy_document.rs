//! Parses the policy document of a form.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::json::Json;
use super::policy_condition::PolicyCondition;
use super::policy_text::{self, refuse};
use crate::unix_time::UnixTime;
use crate::verify::Refusal;

/// A policy document: when it expires, and the conditions for a form. Its signature is not checked here.
///
/// ```
/// use signer::PolicyDocument;
///
/// // {"expiration": "2026-11-23T19:10:00Z", "conditions": [{"acl": 1}]}
/// let base64 = "eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMjNUMTk6MTA6MDBaIiwgImNvbmRpdGlvbnMiOiBbeyJhY2wiOiAxfV19";
/// let refusal = PolicyDocument::parse(base64).unwrap_err();
/// assert_eq!(refusal.to_string(), "invalid policy: conditions[0]: expected a text as the value");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PolicyDocument {
    /// The instant from which the form is rejected.
    pub expiration: UnixTime,
    /// What the form must satisfy, in the document's order.
    pub conditions: Vec<PolicyCondition>,
}

impl PolicyDocument {
    /// Decodes the base64 of a document into JSON, without what S3 allows beyond base64 and JSON. The JSON is not parsed, so
    /// that a document with mistakes can be read as well.
    ///
    /// # Errors
    ///
    /// [`Refusal::Policy`] if it is not base64 or not UTF-8.
    pub fn json(base64: &str) -> Result<String, Refusal> {
        Ok(policy_text::to_json(&policy_text::decode(base64)?))
    }

    /// Parses the base64 of a document, as S3 reads it.
    ///
    /// Beyond base64 and JSON, S3 takes operators in any letter case, the escapes `\$` and `\v`, sizes as texts, and a comma
    /// after the last item of a list. The base64 may have spaces and line ends.
    ///
    /// # Errors
    ///
    /// [`Refusal::Policy`] with the place in the document.
    pub fn parse(base64: &str) -> Result<Self, Refusal> {
        let Json::Object(entries) = policy_text::parse(base64)? else {
            return Err(refuse("it is not a JSON object"));
        };
        let (mut expiration, mut conditions) = (None, None);
        for (name, value) in entries {
            let first = match name.as_str() {
                "expiration" => expiration.replace(instant(&value)?).is_none(),
                "conditions" => conditions.replace(list(value)?).is_none(),
                _ => false,
            };
            if !first {
                return Err(refuse("expected `expiration` and `conditions`, each once"));
            }
        }
        let expiration = expiration.ok_or_else(|| refuse("`expiration` is missing"))?;
        let conditions = conditions.ok_or_else(|| refuse("`conditions` is missing"))?;
        Ok(Self { expiration, conditions })
    }
}

/// An instant in UTC, the only time zone that S3 accepts here.
fn instant(value: &Json) -> Result<UnixTime, Refusal> {
    match value {
        Json::Text(text) if text.ends_with('Z') => UnixTime::parse_rfc3339(text),
        _ => None,
    }
    .ok_or_else(|| refuse("expiration: expected an instant such as \"2015-12-30T12:00:00.000Z\""))
}

fn list(value: Json) -> Result<Vec<PolicyCondition>, Refusal> {
    let Json::List(values) = value else { return Err(refuse("conditions: expected a list")) };
    let parse = |(i, value): (usize, &Json)| {
        PolicyCondition::parse(value)
            .map_err(|expected| Refusal::Policy { why: format!("conditions[{i}]: {expected}") })
    };
    values.iter().enumerate().map(parse).collect()
}
