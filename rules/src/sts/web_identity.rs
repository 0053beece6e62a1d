//! `credentials = { web_identity = true, role }`: a token of the issuer says who the Worker is, so there is no key.
//!
//! Spec: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

use alloc::sync::Arc;
use std::sync::OnceLock;

use serde_json::json;
use signer::UnixTime;

use crate::bucket::provider::{Provider, Sts};
use crate::config::error::ConfigError;
use crate::config::reader::{ConfigValue, TableReader};
use crate::denial::Denial;
use crate::effect::UnsignedToken;
use crate::issuer::Issuer;
use crate::secret::Secrets;

/// The key that replaces `secret`.
pub(crate) const KEY: &str = "web_identity";

const AUDIENCE: &str = "1 to 255 printable characters without spaces";
const MAX_AUDIENCE: usize = 255; // Amazon's limit for a client ID
const DEFAULT_AUDIENCE: &str = "sts.amazonaws.com";

/// The part of the subject before the bucket's name in `BUCKETS`.
const SUBJECT: &str = "signpost:";

/// How long a token is valid, in seconds, to Amazon. It is sent at once, and a service's clock may differ.
const LIFETIME_SECS: u32 = 300;

/// Who the Worker is to a token service.
#[derive(Clone, Debug)]
pub(crate) struct WebIdentity {
    audience: String,
    subject: String,
    style: TokenStyle,
    /// Empty until all variables are parsed.
    issuer: OnceLock<Arc<Issuer>>,
}

/// What a service expects of a token.
#[derive(Clone, Copy, Debug)]
enum TokenStyle {
    /// A token that is valid until it has arrived.
    Amazon,
    /// A token for servers with MinIO's code, whose credentials end with it: it lives as long as they, and names the policy of a
    /// server without roles. A receipt has no such claim.
    /// Spec: <https://docs.min.io/enterprise/aistor-object-store/developers/security-token-service/assumerolewithwebidentity>
    MinIo,
}

impl WebIdentity {
    /// Reads `web_identity` and `audience`; returns `None` if a key, whose name is in `secret`, asks for the credentials. `bucket` is
    /// the name in `BUCKETS`.
    #[inline(never)]
    pub(super) fn parse(
        table: &mut TableReader<'_>,
        secret: Option<&ConfigValue<'_>>,
        (provider, bucket): (&Provider, &str),
    ) -> Result<Option<Self>, ConfigError> {
        let Some(entry) = table.optional(KEY) else { return Ok(None) };
        if !entry.boolean()? {
            return Err(entry.problem("expected true: with a key, write `secret` instead"));
        }
        if let Some(secret) = secret {
            return Err(secret.problem("`web_identity` needs no key: leave one of them out"));
        }
        let audience = table.optional("audience");
        let audience = audience.map(|entry| entry.parsed(AUDIENCE, audience_of)).transpose()?;
        Ok(Some(Self {
            audience: audience.unwrap_or_else(|| DEFAULT_AUDIENCE.to_owned()),
            subject: format!("{SUBJECT}{bucket}"),
            style: match provider.sts {
                Sts::SameEndpoint => TokenStyle::MinIo,
                Sts::Amazon | Sts::Global(_) | Sts::None => TokenStyle::Amazon,
            },
            issuer: OnceLock::new(),
        }))
    }

    /// Sets the issuer of the tokens.
    pub(super) fn set_issuer(&self, issuer: &Arc<Issuer>) {
        self.issuer.get_or_init(|| Arc::clone(issuer));
    }

    pub(crate) fn issuer(&self) -> Option<&Issuer> {
        self.issuer.get().map(|issuer| &**issuer)
    }

    pub(crate) fn audience(&self) -> &str {
        &self.audience
    }

    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns a token that is valid from now on, before it is signed. It is for credentials that live for `duration_secs`.
    pub(super) fn token(
        &self,
        duration_secs: u32,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<UnsignedToken, Denial> {
        let issuer = self.issuer().ok_or(Denial::IssuerUnavailable)?;
        let (lifetime_secs, policy) = match self.style {
            TokenStyle::Amazon => (LIFETIME_SECS, None),
            TokenStyle::MinIo => (duration_secs, Some(self.subject.replace(':', "-"))),
        };
        // A receipt has neither `aud` nor `policy`, so that no service accepts it instead.
        let mut claims = json!({
            "iss": issuer.url(),
            "sub": self.subject,
            "aud": self.audience,
            "iat": now.as_secs(),
            "exp": now.plus_secs(lifetime_secs.into()).as_secs(),
        });
        if let (Some(policy), Some(claims)) = (policy, claims.as_object_mut()) {
            claims.insert("policy".into(), policy.into());
        }
        issuer.id_token(&claims, secrets)
    }
}

fn audience_of(text: &str) -> Option<String> {
    let fits = (1..=MAX_AUDIENCE).contains(&text.len());
    (fits && text.bytes().all(|b| b.is_ascii_graphic())).then(|| text.to_owned())
}
