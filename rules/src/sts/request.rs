//! The request for credentials, as an effect.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use signer::UnixTime;

use crate::bucket::keys::BucketKeys;
use crate::denial::Denial;
use crate::effect::results::SignedToken;
use crate::effect::{CredentialsRequest, Effect, Holder, Timing};
use crate::secret::Secrets;
use crate::sts::assume_role::AssumeRole;
use crate::sts::web_identity::WebIdentity;

/// Time for an answer, in milliseconds.
const DEADLINE_MS: u32 = 5_000;

/// Longest answer read, in bytes.
const MAX_BYTES: u32 = 65_536;

/// Characters that need no encoding in a form. Some servers compare the encoded form with their own.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The credentials to ask for.
pub(crate) struct SessionRequest<'a> {
    /// The bucket's name in `BUCKETS`.
    pub(crate) bucket: &'a str,
    /// The session policy, as JSON.
    pub(crate) policy: Option<&'a str>,
    pub(crate) duration_secs: u32,
    /// At most 64 characters.
    pub(crate) session_name: &'a str,
    pub(crate) holder: Holder,
    pub(crate) timing: Timing,
}

impl AssumeRole {
    /// Makes a request: signed with the long-lived key, or with a token that the shell signs.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`] and the like if the key or the issuer's key is not set.
    pub(crate) fn request(
        &self,
        session: &SessionRequest<'_>,
        keys: &BucketKeys,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<Effect, Denial> {
        let request = match self.web_identity() {
            Some(identity) => self.identified(session, identity, secrets, now)?,
            None => self.signed(session, keys, secrets, now)?,
        };
        Ok(Effect::RequestCredentials(Box::new(request)))
    }

    #[inline(never)]
    fn signed(
        &self,
        session: &SessionRequest<'_>,
        keys: &BucketKeys,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<CredentialsRequest, Denial> {
        let (credentials, _) = keys.credentials(secrets, now)?;
        let body = self.body("AssumeRole", session);
        let signed = self.service.sign(&body, &credentials, now);
        let header = |(name, value): &(signer::HeaderName, signer::HeaderValue)| {
            (name.as_str().to_owned(), value.as_str().to_owned())
        };
        let headers = signed.headers.iter().map(header).collect();
        let id = [credentials.access_key_id(), &signed.url, &body].join("\n");
        Ok(CredentialsRequest { id, ..request(session, signed.url, headers, body) })
    }

    #[inline(never)]
    fn identified(
        &self,
        session: &SessionRequest<'_>,
        identity: &WebIdentity,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<CredentialsRequest, Denial> {
        let token = identity.token(session.duration_secs, secrets, now)?;
        let body = self.body("AssumeRoleWithWebIdentity", session);
        let content_type = ("content-type".into(), "application/x-www-form-urlencoded".into());
        let url = self.service.url();
        let id = [&url, identity.subject(), identity.audience(), &body].join("\n");
        let request = request(session, url, vec![content_type], body);
        Ok(CredentialsRequest { id, token: Some(token), ..request })
    }

    #[inline(never)]
    fn body(&self, action: &str, session: &SessionRequest<'_>) -> String {
        let duration = session.duration_secs.to_string();
        let mut body = format!("Action={action}&Version=2011-06-15");
        for (name, value) in [
            ("RoleArn", self.role()),
            ("RoleSessionName", Some(session.session_name)),
            ("DurationSeconds", Some(&duration)),
            ("ExternalId", self.external_id()),
            ("Policy", session.policy),
        ] {
            let Some(value) = value else { continue };
            body.extend(["&", name, "="]);
            body.extend(utf8_percent_encode(value, ENCODED));
        }
        body
    }
}

fn request(
    session: &SessionRequest<'_>,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
) -> CredentialsRequest {
    CredentialsRequest {
        bucket: session.bucket.to_owned(),
        holder: session.holder,
        id: String::new(),
        url,
        headers,
        body,
        token: None,
        timing: session.timing,
        deadline_ms: DEADLINE_MS,
        max_bytes: MAX_BYTES,
    }
}

impl CredentialsRequest {
    /// Returns the form with a token, whose characters need no encoding.
    #[must_use]
    pub fn body_with(&self, token: &SignedToken) -> String {
        [&self.body, "&WebIdentityToken=", token.as_str()].concat()
    }
}
