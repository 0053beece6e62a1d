//! Callers of kind `turnstile`: a solved challenge of Cloudflare Turnstile as `Turnstile-Token`.
//!
//! Spec: <https://developers.cloudflare.com/turnstile/get-started/server-side-validation/>

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::callers::context::AuthContext;
use crate::callers::kind_info::{Credential, Identity, KindInfo, Precedence, Source};
use crate::callers::token_fault::TokenFault;
use crate::config::error::{ConfigError, ConfigErrorKind};
use crate::config::reader::TableReader;
use crate::denial::{Denial, token_refused};
use crate::effect::Effect;
use crate::effect::blocked::Blocked;
use crate::effect::results::EffectResult;
use crate::secret::{Secret, Secrets};
use crate::secret_format::SecretFormat;
use crate::secret_name::SecretName;
use crate::secret_names::SecretNames;
use crate::strict_json;

const HEADER: &str = "turnstile-token";
const SITEVERIFY: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

/// Longest token of a widget, in characters, according to Cloudflare's documentation.
const MAX_LEN: usize = 2_048;

/// Shortest secret accepted, in bytes; Cloudflare's secrets for tests have 35.
const MIN_SECRET_LEN: usize = 20;

const DEADLINE_MS: u32 = 5_000;
const MAX_BYTES: u32 = 16_384;

/// Accepts requests with a solved challenge of one widget.
#[derive(Clone, Debug)]
pub(crate) struct Turnstile {
    secrets: SecretNames,
    hostnames: Vec<String>,
    action: String,
}

impl Turnstile {
    pub(crate) const INFO: KindInfo = KindInfo {
        source: Source::Header(HEADER),
        credential: Credential::Explicit,
        identity: Identity::Anonymous,
        precedence: Precedence::Challenge,
    };

    pub(crate) const SECRET: SecretFormat = SecretFormat::LINE.of_at_least(MIN_SECRET_LEN);

    pub(crate) fn parse(table: &mut TableReader<'_>) -> Result<Self, ConfigError> {
        const HOSTNAME: &str =
            r#"the host of the page with the widget such as "www.example.com", or a list of them"#;
        const ACTION: &str =
            r#"the widget's action such as "upload", of 1 to 32 letters, digits, - or _"#;
        let secrets = SecretNames::parse(table)?;
        if secrets.as_slice().len() != 1 {
            let problem = "a widget has exactly one secret, since a token can be checked only once";
            return Err(table.problem(problem).with_kind(ConfigErrorKind::SeveralSecrets));
        }
        let host = |text: &str| {
            (!text.is_empty() && !text.contains(['/', ':', '*'])).then(|| text.to_ascii_lowercase())
        };
        let hostnames = table.required("hostname", HOSTNAME)?.one_or_more(HOSTNAME)?;
        let hostnames =
            hostnames.iter().map(|entry| entry.parsed(HOSTNAME, host)).collect::<Result<_, _>>()?;
        let action = table.required("action", ACTION)?.parsed(ACTION, |text| {
            let valid_chars =
                text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            (valid_chars && (1..=32).contains(&text.len())).then(|| text.to_owned())
        })?;
        Ok(Self { secrets, hostnames, action })
    }

    pub(crate) fn secrets(&self) -> &[SecretName] {
        self.secrets.as_slice()
    }

    /// Checks the request's token with Cloudflare, which accepts each token only once.
    pub(crate) fn check(
        &self,
        context: &AuthContext<'_>,
        secrets: &Secrets,
    ) -> Result<(), Blocked<Denial>> {
        let token = context.presented.header(HEADER).ok_or(Denial::ChallengeMissing)?;
        let valid_chars = token.expose().bytes().all(|b| b.is_ascii_graphic());
        if !valid_chars || !(1..=MAX_LEN).contains(&token.expose().len()) {
            return Err(token_refused(
                TokenFault::Turnstile,
                "was not issued by a Turnstile widget",
            )
            .into());
        }
        let secret = self.secrets.values(secrets, Self::SECRET)?;
        let secret = secret.first().ok_or(Denial::ChallengeUnavailable)?;
        let fetch = Effect::Fetch {
            url: SITEVERIFY.into(),
            form: Some(form(secret, token)),
            deadline_ms: DEADLINE_MS,
            max_bytes: MAX_BYTES,
        };
        let EffectResult::Fetched(fetched) = context.results.require(fetch)? else {
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
            return Err(token_refused(
                TokenFault::Turnstile,
                "is for a challenge of another page or action",
            )
            .into());
        }
        Ok(())
    }
}

/// Returns the denial for a failed check, which can be the visitor's fault or the site's.
fn failure(verdict: &Map<String, Value>) -> Denial {
    let codes = verdict.get("error-codes").and_then(Value::as_array);
    let has = |code: &str| codes.is_some_and(|codes| codes.iter().any(|found| found == code));
    if has("timeout-or-duplicate") {
        token_refused(TokenFault::Turnstile, "has expired or was used before")
    } else if ["missing-input-secret", "invalid-input-secret", "bad-request", "internal-error"]
        .iter()
        .any(|code| has(code))
    {
        Denial::ChallengeUnavailable
    } else {
        token_refused(TokenFault::Turnstile, "was rejected by Turnstile")
    }
}

/// Returns the body of the request to Turnstile.
fn form(secret: &Secret, token: &Secret) -> Zeroizing<String> {
    let fields = [("secret=", secret), ("&response=", token)];
    // A text that grows leaves copies behind, which are not wiped. Percent-encoding makes three bytes of one, at most.
    let longest = fields.iter().map(|(name, value)| name.len() + 3 * value.expose().len()).sum();
    let mut form = Zeroizing::new(String::with_capacity(longest));
    for (name, value) in fields {
        form.push_str(name);
        form.extend(utf8_percent_encode(value.expose(), NON_ALPHANUMERIC));
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_with_the_secret_is_wiped_and_never_grows() {
        const fn wiped<T: zeroize::ZeroizeOnDrop>(_: &T) {}
        let (secret, token) = (Secret::new("0x4AAA_-&=é"), Secret::new("+".repeat(MAX_LEN)));
        let longest = "secret=&response=".len() + 3 * ("0x4AAA_-&=é".len() + MAX_LEN);
        let form = form(&secret, &token);
        wiped(&form);
        assert_eq!(form.capacity(), longest, "it was allocated once");
        assert!(form.starts_with("secret=0x4AAA%5F%2D%26%3D%C3%A9&response=%2B%2B"));
    }
}
