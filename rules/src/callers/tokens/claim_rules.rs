//! The claims that a token must have.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc7519#section-4.1>

use litemap::LiteMap;
use serde_json::{Map, Value};
use signer::UnixTime;

use crate::callers::segment::Segment;
use crate::config::error::ConfigError;
use crate::config::reader::{ConfigValue, TableReader};
use crate::denial::{Denial, token_refused};

/// Largest difference between the clocks of issuer and Worker, in seconds.
pub(crate) const LEEWAY: u64 = 60;

/// The claims that one kind of caller requires.
#[derive(Clone, Debug)]
pub(crate) struct ClaimRules {
    issuer: String,
    audience: Vec<String>,
    subject: String,
    required: LiteMap<String, Option<Value>>,
}

impl ClaimRules {
    /// Reads `issuer`, `audience`, `subject` and `require`.
    pub(crate) fn parse(table: &mut TableReader<'_>) -> Result<Self, ConfigError> {
        const ISSUER: &str = r#"the exact issuer, such as "https://login.example.com/""#;
        let issuer = table.required("issuer", ISSUER)?.parsed(ISSUER, non_empty)?;
        Self::with_issuer(issuer, table)
    }

    /// Reads `audience`, `subject` and `require`.
    pub(crate) fn with_issuer(
        issuer: String,
        table: &mut TableReader<'_>,
    ) -> Result<Self, ConfigError> {
        const AUDIENCE: &str = r#"an audience such as "signpost", or a list of them"#;
        const SUBJECT: &str = r#"the name of a claim such as "sub""#;
        let audience = table.required("audience", AUDIENCE)?.one_or_more(AUDIENCE)?;
        let audience = audience
            .iter()
            .map(|entry| entry.parsed(AUDIENCE, non_empty))
            .collect::<Result<_, _>>()?;
        let subject = match table.optional("subject") {
            Some(entry) => entry.parsed(SUBJECT, non_empty)?,
            None => "sub".into(),
        };
        let required =
            table.optional("require").map_or(Ok(LiteMap::new()), |entry| required(&entry))?;
        Ok(Self { issuer, audience, subject, required })
    }

    /// Returns the value that `iss` must have.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns the name of the claim that names the caller.
    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    /// Checks the claims, and returns the subject.
    pub(crate) fn check(
        &self,
        claims: &Map<String, Value>,
        now: UnixTime,
    ) -> Result<Segment, Denial> {
        if claims.get("iss").and_then(Value::as_str) != Some(&self.issuer) {
            return Err(token_refused("has a different issuer (`iss`)"));
        }
        let ours = |value: &Value| {
            value.as_str().is_some_and(|value| self.audience.iter().any(|ours| ours == value))
        };
        let for_us = match claims.get("aud") {
            Some(Value::Array(list)) => list.iter().all(Value::is_string) && list.iter().any(ours),
            Some(value) => ours(value),
            None => false,
        };
        if !for_us {
            return Err(token_refused("has a different audience (`aud`)"));
        }
        check_times(claims, now)?;
        for (name, expected) in &self.required {
            if !claims.get(name).is_some_and(|value| satisfies(value, expected.as_ref())) {
                return Err(token_refused("lacks a required claim"));
            }
        }
        let subject = claims.get(&self.subject).and_then(Value::as_str);
        subject.and_then(Segment::new).ok_or(SUBJECT)
    }
}

pub(crate) const SUBJECT: Denial = token_refused(
    "has a subject that cannot be a segment of a key: it must have 1 to 200 bytes, without slashes, `..` or control characters",
);

/// Checks `exp`, `nbf` and `iat`, with a leeway. Returns `exp`; a token without it is refused.
pub(crate) fn check_times(claims: &Map<String, Value>, now: UnixTime) -> Result<UnixTime, Denial> {
    let instant = |name| {
        claims.get(name).map(|value| {
            numeric_date(value).ok_or(token_refused("has a time that is not a number of seconds"))
        })
    };
    let expiration = instant("exp").ok_or(token_refused("has no expiration (`exp`)"))??;
    if now >= expiration.plus_secs(LEEWAY) {
        return Err(Denial::TokenExpired);
    }
    for name in ["nbf", "iat"] {
        if instant(name).transpose()?.is_some_and(|start| start > now.plus_secs(LEEWAY)) {
            return Err(token_refused("is not valid yet (`nbf`, `iat`)"));
        }
    }
    Ok(expiration)
}

/// Reads seconds since 1970, and drops a fraction.
fn numeric_date(value: &Value) -> Option<UnixTime> {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "negative numbers are excluded, and large ones saturate"
    )]
    let from_float = |secs: f64| (secs >= 0.0).then_some(secs as u64);
    value.as_u64().or_else(|| value.as_f64().and_then(from_float)).map(UnixTime::from_secs)
}

/// Returns whether a claim equals the expected value, or is a list that contains it. If no value is expected, returns
/// whether the claim is not `null`.
fn satisfies(claim: &Value, expected: Option<&Value>) -> bool {
    match (claim, expected) {
        (Value::Null, _) => false,
        (_, None) => true,
        (Value::Array(list), Some(expected)) => list.contains(expected),
        (claim, Some(expected)) => claim == expected,
    }
}

fn required(entry: &ConfigValue<'_>) -> Result<LiteMap<String, Option<Value>>, ConfigError> {
    const EXPECTED: &str =
        r#"a list of claims such as ["email"], or a table of them such as { role = "editor" }"#;
    let mut required = LiteMap::new();
    match entry.value {
        Value::Array(_) => {
            for name in entry.list(EXPECTED)? {
                required.insert(name.parsed(EXPECTED, non_empty)?, None);
            }
        }
        Value::Object(table) => {
            let plain =
                |value: &Value| value.is_string() || value.is_boolean() || value.is_number();
            if !table.values().all(plain) {
                return Err(entry.expected(EXPECTED));
            }
            for (name, value) in table {
                required.insert(name.clone(), Some(value.clone()));
            }
        }
        _ => return Err(entry.expected(EXPECTED)),
    }
    Ok(required)
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.into())
}
