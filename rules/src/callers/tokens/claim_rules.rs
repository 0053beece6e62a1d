//! The claims that a token must have.
//!
//! Spec: <https://www.rfc-editor.org/rfc/rfc7519#section-4.1>

use litemap::LiteMap;
use serde_json::{Map, Value};
use signer::UnixTime;

use crate::callers::segment::Segment;
use crate::callers::token_fault::TokenFault;
use crate::config::error::ConfigError;
use crate::config::reader::{ConfigValue, TableReader};
use crate::denial::{Denial, token_refused};

/// Largest difference between the clocks of issuer and Worker, in seconds.
pub(crate) const LEEWAY: u64 = 60;

/// The claims that one kind of caller requires.
#[derive(Clone, Debug)]
pub(crate) struct ClaimRules {
    issuers: Vec<String>,
    audience: Vec<String>,
    /// The claim that names the audience.
    audience_claim: String,
    subject: String,
    required: LiteMap<String, Option<Value>>,
}

impl ClaimRules {
    /// Reads `issuer`, `audience_claim`, `audience`, `subject` and `require`.
    pub(crate) fn parse(table: &mut TableReader<'_>) -> Result<Self, ConfigError> {
        const ISSUER: &str =
            r#"the exact issuer, such as "https://login.example.com/", or a list of its spellings"#;
        let issuers = texts(table, "issuer", ISSUER)?;
        let audience_claim = claim_name(table, "audience_claim", AUDIENCE)?;
        Self::with_issuers(issuers, audience_claim, table)
    }

    /// Reads `audience`, `subject` and `require` for tokens of this issuer, which have `aud`.
    pub(crate) fn with_issuer(
        issuer: String,
        table: &mut TableReader<'_>,
    ) -> Result<Self, ConfigError> {
        Self::with_issuers(vec![issuer], AUDIENCE.into(), table)
    }

    fn with_issuers(
        issuers: Vec<String>,
        audience_claim: String,
        table: &mut TableReader<'_>,
    ) -> Result<Self, ConfigError> {
        let audience =
            texts(table, "audience", r#"an audience such as "signpost", or a list of them"#)?;
        let subject = claim_name(table, "subject", "sub")?;
        let required =
            table.optional("require").map_or(Ok(LiteMap::new()), |entry| required(&entry))?;
        Ok(Self { issuers, audience, audience_claim, subject, required })
    }

    /// Returns the values of which `iss` must have one.
    pub(crate) fn issuers(&self) -> &[String] {
        &self.issuers
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
        if !claims.get("iss").is_some_and(|issuer| is_among(issuer, &self.issuers)) {
            return Err(token_refused(TokenFault::Issuer, "has a different issuer (`iss`)"));
        }
        self.check_audience(claims)?;
        check_times(claims, now)?;
        for (name, expected) in &self.required {
            if !claims.get(name).is_some_and(|value| satisfies(name, value, expected.as_ref())) {
                return Err(token_refused(TokenFault::Claim, "lacks a required claim"));
            }
        }
        let subject = claims.get(&self.subject).and_then(Value::as_str);
        subject.and_then(Segment::new).ok_or(SUBJECT)
    }

    /// Checks that the token is for this audience.
    ///
    /// A claim that stands for `aud` does not replace one that is there: RFC 7519 section 4.1.3 requires that a token for
    /// another audience is rejected.
    fn check_audience(&self, claims: &Map<String, Value>) -> Result<(), Denial> {
        let is_ours = |value: &Value| match value {
            Value::Array(list) => {
                list.iter().all(Value::is_string)
                    && list.iter().any(|value| is_among(value, &self.audience))
            }
            value => is_among(value, &self.audience),
        };
        if !claims.get(AUDIENCE).is_none_or(is_ours) {
            return Err(token_refused(TokenFault::Audience, "has a different audience (`aud`)"));
        }
        match claims.get(&self.audience_claim) {
            Some(value) if is_ours(value) => Ok(()),
            None if self.audience_claim == AUDIENCE => {
                Err(token_refused(TokenFault::Audience, "has no audience (`aud`)"))
            }
            _ => Err(token_refused(
                TokenFault::Audience,
                "has a different audience, or none, in the claim that stands for `aud`",
            )),
        }
    }
}

/// The claim that names the audience, unless the entry names another.
const AUDIENCE: &str = "aud";

pub(crate) const SUBJECT: Denial = token_refused(
    TokenFault::Subject,
    "has a subject that cannot be a segment of a key: it must have 1 to 200 bytes, without slashes, `..` or control characters",
);

/// Checks `exp`, `nbf` and `iat`, with a leeway. Returns `exp`; a token without it is refused.
pub(crate) fn check_times(claims: &Map<String, Value>, now: UnixTime) -> Result<UnixTime, Denial> {
    let instant = |name| {
        claims.get(name).map(|value| {
            numeric_date(value).ok_or(token_refused(
                TokenFault::Time,
                "has a time that is not a number of seconds",
            ))
        })
    };
    let expiration =
        instant("exp").ok_or(token_refused(TokenFault::Time, "has no expiration (`exp`)"))??;
    if now >= expiration.plus_secs(LEEWAY) {
        return Err(Denial::TokenExpired);
    }
    for name in ["nbf", "iat"] {
        if instant(name).transpose()?.is_some_and(|start| start > now.plus_secs(LEEWAY)) {
            return Err(token_refused(TokenFault::Time, "is not valid yet (`nbf`, `iat`)"));
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
///
/// `scope` is a list whose values are joined by spaces (RFC 8693 section 4.2), which Microsoft calls `scp`.
fn satisfies(name: &str, claim: &Value, expected: Option<&Value>) -> bool {
    match (claim, expected) {
        (Value::Null, _) => false,
        (_, None) => true,
        (Value::Array(list), Some(expected)) => list.contains(expected),
        (Value::String(scopes), Some(expected)) if matches!(name, "scope" | "scp") => {
            expected == scopes || scopes.split(' ').any(|scope| expected == scope)
        }
        (claim, Some(expected)) => claim == expected,
    }
}

fn is_among(value: &Value, texts: &[String]) -> bool {
    value.as_str().is_some_and(|value| texts.iter().any(|text| text == value))
}

/// Reads a text or a list of texts.
fn texts(
    table: &mut TableReader<'_>,
    key: &'static str,
    expected: &str,
) -> Result<Vec<String>, ConfigError> {
    let entries = table.required(key, expected)?.one_or_more(expected)?;
    entries.iter().map(|entry| entry.parsed(expected, non_empty)).collect()
}

/// Reads the name of a claim, which has a default.
fn claim_name(
    table: &mut TableReader<'_>,
    key: &'static str,
    default: &str,
) -> Result<String, ConfigError> {
    match table.optional(key) {
        Some(entry) => entry.parsed(r#"the name of a claim such as "sub""#, non_empty),
        None => Ok(default.into()),
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
