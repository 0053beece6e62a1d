//! Cloudflare Turnstile: whether a person is there.
//!
//! Spec: <https://developers.cloudflare.com/turnstile/get-started/server-side-validation/>

use core::fmt::Write as _;

use serde_json::Value;

use crate::callers::context::AuthContext;
use crate::config::reader::TableReader;
use crate::denial::refused;
use crate::secret_names::SecretNames;
use crate::strict_json;
use crate::{Blocked, ConfigError, ConfigErrorKind, Denial, Secrets};
use crate::{Effect, EffectResult};

const SITEVERIFY: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

/// Longest answer of a widget, in characters, by Cloudflare's documentation.
const MAX_LEN: usize = 2_048;

/// Cloudflare's shortest secrets, the dummies, have 35 characters.
const MIN_SECRET_LEN: usize = 20;

const DEADLINE_MS: u32 = 5_000;
const MAX_BYTES: u32 = 16_384;

/// A challenge, and where it must have been solved.
#[derive(Clone, Debug)]
pub(crate) struct Turnstile {
    secrets: SecretNames,
    hostnames: Vec<String>,
    action: String,
}

impl Turnstile {
    pub(crate) fn parse(table: &mut TableReader<'_>) -> Result<Self, ConfigError> {
        const HOSTNAME: &str =
            r#"the host of the page with the widget such as "www.example.com", or a list of them"#;
        const ACTION: &str =
            r#"the widget's action such as "upload", of 1 to 32 letters, digits, - or _"#;
        let secrets = SecretNames::parse(table)?;
        if secrets.as_slice().len() != 1 {
            let problem = "a widget has one secret: a token can be asked about only once";
            return Err(table.problem(problem).with_kind(ConfigErrorKind::SeveralSecrets));
        }
        let host = |text: &str| {
            (!text.is_empty() && !text.contains(['/', ':', '*'])).then(|| text.to_ascii_lowercase())
        };
        let hostnames = table.required("hostname", HOSTNAME)?.one_or_more(HOSTNAME)?;
        let hostnames =
            hostnames.iter().map(|entry| entry.parsed(HOSTNAME, host)).collect::<Result<_, _>>()?;
        let action = table.required("action", ACTION)?.parsed(ACTION, |text| {
            let spelled =
                text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            (spelled && (1..=32).contains(&text.len())).then(|| text.to_owned())
        })?;
        Ok(Self { secrets, hostnames, action })
    }

    pub(crate) const fn secrets(&self) -> &SecretNames {
        &self.secrets
    }

    /// Asks Cloudflare about the answer that the request brings: once, since the first question spends it.
    pub(crate) fn check(
        &self,
        context: &AuthContext<'_>,
        secrets: &Secrets,
    ) -> Result<(), Blocked<Denial>> {
        let challenge = context.presented.challenge.ok_or(Denial::ChallengeMissing)?;
        let spelled = challenge.expose().bytes().all(|b| b.is_ascii_graphic());
        if !spelled || !(1..=MAX_LEN).contains(&challenge.expose().len()) {
            return Err(refused("is no answer of a Turnstile widget").into());
        }
        let secret = self.secrets.values(secrets, MIN_SECRET_LEN)?;
        let secret = secret.first().ok_or(Denial::ChallengeUnavailable)?;
        let form =
            format!("secret={}&response={}", encode(secret.expose()), encode(challenge.expose()));
        let ask = Effect::Fetch {
            url: SITEVERIFY.into(),
            form: Some(form),
            deadline_ms: DEADLINE_MS,
            max_bytes: MAX_BYTES,
        };
        let EffectResult::Fetched(fetched) = context.results.require(ask)? else {
            return Err(Denial::ChallengeUnavailable.into());
        };
        let verdict =
            strict_json::object(fetched.body.as_bytes()).ok_or(Denial::ChallengeUnavailable)?;
        let success =
            verdict.get("success").and_then(Value::as_bool).ok_or(Denial::ChallengeUnavailable)?;
        if !success {
            return Err(failure(&verdict).into());
        }
        let text = |name| verdict.get(name).and_then(Value::as_str).unwrap_or_default();
        let hostname = text("hostname").to_ascii_lowercase();
        if fetched.status != 200
            || !self.hostnames.contains(&hostname)
            || text("action") != self.action
        {
            return Err(refused("answers a challenge of another page or action").into());
        }
        Ok(())
    }
}

/// Whose fault it is: the visitor's, ours, or nobody's.
fn failure(verdict: &serde_json::Map<String, Value>) -> Denial {
    let codes = verdict.get("error-codes").and_then(Value::as_array);
    let has = |code: &str| codes.is_some_and(|codes| codes.iter().any(|found| found == code));
    if has("timeout-or-duplicate") {
        refused("answers a challenge too late, or for the second time")
    } else if ["missing-input-secret", "invalid-input-secret", "bad-request", "internal-error"]
        .iter()
        .any(|code| has(code))
    {
        Denial::ChallengeUnavailable
    } else {
        refused("does not answer the challenge")
    }
}

/// Percent-encodes all but letters and digits.
fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a string takes all");
        }
    }
    encoded
}
