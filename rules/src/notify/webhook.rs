//! A webhook: an event as an HTTP request, signed.
//!
//! Spec: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme>

use core::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use signer::UnixTime;

use crate::denial::Denial;
use crate::notify::Notify;
use crate::notify::event::Event;
use crate::secret::Secrets;

/// One attempt to deliver an event: a POST to the rule's address.
pub struct Webhook {
    /// The rule's address.
    pub url: String,
    /// Names and values, in lower case.
    pub headers: [(&'static str, String); 4],
    /// The event in JSON.
    pub body: String,
}

impl Webhook {
    /// Signs an attempt at this time. Each attempt has a signature of its own, since receivers refuse an old one.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`], [`Denial::SecretMalformed`].
    pub(crate) fn new(
        notify: &Notify,
        event: &Event,
        secrets: &Secrets,
        now: UnixTime,
    ) -> Result<Self, Denial> {
        let (id, body, timestamp) = (event.id(), event.to_json(), now.as_secs().to_string());
        let mut signatures = Vec::new();
        for key in notify.keys(secrets)? {
            signatures.push(signature(&key, &id, &timestamp, &body));
        }
        let headers = [
            ("content-type", "application/json".into()),
            ("webhook-id", id),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", signatures.join(" ")),
        ];
        Ok(Self { url: notify.url.as_str().into(), headers, body })
    }
}

/// Returns the signature of one key, `v1,` and base64.
fn signature(key: &[u8], id: &str, timestamp: &str, body: &str) -> String {
    let hmac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    let signed = hmac
        .chain_update(id)
        .chain_update(".")
        .chain_update(timestamp)
        .chain_update(".")
        .chain_update(body);
    format!("v1,{}", BASE64_STANDARD.encode(signed.finalize().into_bytes()))
}

/// Shows nothing, since the address can contain a token.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Webhook(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's libraries: `libraries/javascript/src/index.test.ts`, "sign function works".
    #[test]
    fn signs_as_the_libraries_of_the_specification() {
        let key = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = signature(
            &key,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
