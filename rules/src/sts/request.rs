//! The request for credentials, as an effect.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use signer::{Credentials, UnixTime};

use crate::effect::{CredentialsRequest, Effect, Timing};
use crate::sts::assume_role::AssumeRole;

/// Time for an answer, in milliseconds.
const DEADLINE_MS: u32 = 5_000;

/// Longest answer read, in bytes.
const MAX_BYTES: u32 = 65_536;

/// Characters that need no encoding in a form. Some servers compare the encoded form with their own.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl AssumeRole {
    /// Makes the request, signed with the long-lived key.
    pub(super) fn request(
        &self,
        bucket: &str,
        credentials: &Credentials,
        timing: Timing,
        now: UnixTime,
    ) -> Effect {
        let body = self.body();
        let signed = self.service.sign(&body, credentials, now);
        let header = |(name, value): &(signer::HeaderName, signer::HeaderValue)| {
            (name.as_str().to_owned(), value.as_str().to_owned())
        };
        Effect::RequestCredentials(Box::new(CredentialsRequest {
            bucket: bucket.to_owned(),
            id: [credentials.access_key_id(), &signed.url, &body].join("\n"),
            url: signed.url,
            headers: signed.headers.iter().map(header).collect(),
            body,
            timing,
            deadline_ms: DEADLINE_MS,
            max_bytes: MAX_BYTES,
        }))
    }

    fn body(&self) -> String {
        let duration = self.duration_secs.to_string();
        let policy = self.restriction.get().map(|restriction| restriction.policy.as_json());
        let mut body = "Action=AssumeRole&Version=2011-06-15".to_owned();
        for (name, value) in [
            ("RoleArn", self.role()),
            ("RoleSessionName", Some(self.session_name())),
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
