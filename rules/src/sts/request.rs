//! The request for credentials, as an effect.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use signer::{Credentials, UnixTime};

use crate::credentials_rule::grant::CredentialsGrant;
use crate::effect::{CredentialsRequest, Effect, Holder, Timing};
use crate::sts::assume_role::AssumeRole;

/// Time for an answer, in milliseconds.
const DEADLINE_MS: u32 = 5_000;

/// Longest answer read, in bytes.
const MAX_BYTES: u32 = 65_536;

/// Characters that need no encoding in a form. Some servers compare the encoded form with their own.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request that is not signed yet.
struct Ask<'a> {
    bucket: &'a str,
    /// What determines the answer, besides the URL.
    id: String,
    body: String,
    holder: Holder,
    timing: Timing,
}

impl AssumeRole {
    /// Makes the request for the Worker's own credentials, signed with the long-lived key.
    pub(super) fn request(
        &self,
        bucket: &str,
        credentials: &Credentials,
        timing: Timing,
        now: UnixTime,
    ) -> Effect {
        let policy = self.restriction().map(|restriction| restriction.policy.as_json());
        let body = self.body(self.session_name(), self.duration_secs(), policy);
        let id = [credentials.access_key_id(), &body].join("\n");
        self.signed(Ask { bucket, id, body, holder: Holder::Worker, timing }, credentials, now)
    }

    /// Makes the request for credentials that a caller gets.
    pub(super) fn request_for_caller(
        &self,
        grant: &CredentialsGrant,
        credentials: &Credentials,
        now: UnixTime,
    ) -> Effect {
        let life = grant.lifetime.expires.as_secs();
        let body = self.body(&grant.session_name, life, Some(grant.policy.as_json()));
        // A life that ends with a ticket is less each second. The ticket's end stays the same.
        let end = match grant.ticket_end {
            Some(end) if grant.lifetime.ends_with.is_some() => end.to_string(),
            _ => life.to_string(),
        };
        let (id, name) = (credentials.access_key_id(), &*grant.session_name);
        let id =
            [id, self.role().unwrap_or_default(), name, grant.policy.as_json(), &end].join("\n");
        let (holder, timing) = (Holder::Caller, Timing::Now);
        self.signed(Ask { bucket: &grant.bucket.name, id, body, holder, timing }, credentials, now)
    }

    fn signed(&self, ask: Ask<'_>, credentials: &Credentials, now: UnixTime) -> Effect {
        let Ask { bucket, id, body, holder, timing } = ask;
        let signed = self.service.sign(&body, credentials, now);
        let header = |(name, value): &(signer::HeaderName, signer::HeaderValue)| {
            (name.as_str().to_owned(), value.as_str().to_owned())
        };
        Effect::RequestCredentials(Box::new(CredentialsRequest {
            bucket: bucket.to_owned(),
            id: [&*signed.url, &id].join("\n"),
            holder,
            url: signed.url,
            headers: signed.headers.iter().map(header).collect(),
            body,
            timing,
            deadline_ms: DEADLINE_MS,
            max_bytes: MAX_BYTES,
        }))
    }

    fn body(&self, session_name: &str, duration_secs: u32, policy: Option<&str>) -> String {
        let duration = duration_secs.to_string();
        let mut body = "Action=AssumeRole&Version=2011-06-15".to_owned();
        for (name, value) in [
            ("RoleArn", self.role()),
            ("RoleSessionName", Some(session_name)),
            ("DurationSeconds", Some(&duration)),
            ("ExternalId", self.external_id()),
            ("Policy", policy),
        ] {
            let Some(value) = value else { continue };
            body.extend(["&", name, "="]);
            body.extend(utf8_percent_encode(value, ENCODED));
        }
        body
    }
}
