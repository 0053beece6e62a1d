//! Receipts: tokens that say which object an upload has stored. A back end verifies them without asking anybody.

use serde::Serialize;

use crate::denial::Denial;
use crate::effect::blocked::Blocked;
use crate::effect::results::Results;
use crate::rules::Rules;
use crate::secret::Secrets;
use crate::upload::stored_object::StoredObject;
use signer::UnixTime;

/// The `typ` of a receipt, so that no other token of the issuer is taken for one.
///
/// Spec: <https://www.rfc-editor.org/rfc/rfc8725#section-3.11>
const TYPE: &str = "receipt+jwt";

/// The claims of a receipt.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    caller: &'a str,
    rule: &'a str,
    bucket: &'a str,
    key: &'a str,
    size: u64,
    r#type: &'a str,
    etag: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    checksum: Option<&'a str>,
    iat: u64,
    exp: u64,
    jti: &'a str,
}

impl Rules {
    /// Returns the receipt of an object; `None` if the configuration has no `ISSUER`.
    ///
    /// # Errors
    ///
    /// [`Blocked::Pending`] if it must be signed first; [`Denial::SecretMissing`] and the like, [`Denial::IssuerUnavailable`].
    pub fn receipt(
        &self,
        object: &StoredObject,
        secrets: &Secrets,
        results: &Results,
        now: UnixTime,
    ) -> Result<Option<String>, Blocked<Denial>> {
        let Some(issuer) = &self.issuer else { return Ok(None) };
        let claims = Claims {
            iss: issuer.url(),
            sub: object.subject.as_deref(),
            caller: &object.caller,
            rule: &object.rule,
            bucket: &object.bucket,
            key: &object.key,
            size: object.size,
            r#type: &object.media_type,
            etag: &object.etag,
            checksum: object.checksum.as_deref(),
            iat: now.as_secs(),
            exp: now.plus_secs(issuer.receipt_expires().as_secs().into()).as_secs(),
            jti: &object.id,
        };
        issuer.sign(TYPE, &claims, secrets, results).map(Some)
    }

    /// Checks that receipts can be signed, before anything happens that a receipt is for.
    ///
    /// # Errors
    ///
    /// [`Denial::SecretMissing`] and the like if the configuration has an `ISSUER` without a key to sign with.
    pub fn check_issuer(&self, secrets: &Secrets) -> Result<(), Denial> {
        self.issuer.as_ref().map_or(Ok(()), |issuer| issuer.check(secrets))
    }
}
