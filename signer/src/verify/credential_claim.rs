//! Checks the credential, date and session token that accompany a signature in a form or request.

use alloc::string::ToString as _;

use subtle::ConstantTimeEq as _;

use super::Verifier;
use crate::canonical_request::CanonicalRequest;
use crate::expires::Expires;
use crate::scope::Scope;
use crate::signing_key::{Signature, SigningKey};
use crate::unix_time::UnixTime;
use crate::verify::{Place, Refusal};

/// Largest difference between two clocks, in seconds: 15 minutes, as at S3. A signature in a header is valid for the same time.
const MAX_SKEW_SECS: u64 = 900;

/// The signature of a form or request with its credential, date and session token, not checked yet. Names are spelled
/// as in `place`.
pub(super) struct CredentialClaim<'r> {
    pub(super) place: Place,
    /// Name and value.
    pub(super) credential: (&'static str, &'r str),
    /// Name and value.
    pub(super) date: (&'static str, &'r str),
    pub(super) session_token: Option<&'r str>,
    pub(super) signature: &'r str,
}

/// A signature whose credential has been checked. The signature itself has not.
pub(super) struct ClaimedSignature<'r> {
    scope: Scope,
    pub(super) signed_at: UnixTime,
    signing_key: SigningKey,
    signature: &'r str,
}

impl Verifier<'_> {
    /// Checks everything that does not depend on the signed text.
    pub(super) fn check_credential<'r>(
        &self,
        claim: &CredentialClaim<'r>,
    ) -> Result<ClaimedSignature<'r>, Refusal> {
        let place = claim.place;
        let malformed =
            |name: &str, expected| Refusal::Malformed { place, name: name.into(), expected };
        let (name, date) = claim.date;
        let signed_at = UnixTime::parse_amz_date(date)
            .ok_or_else(|| malformed(name, "an instant such as 20151229T000000Z"))?;
        let scope = Scope::new(self.region, signed_at).in_dialect(self.dialect);

        let (name, credential) = claim.credential;
        let mut parts = credential.rsplitn(5, '/');
        let access_key_id = parts.nth(4).ok_or_else(|| {
            malformed(name, "<access key id>/<yyyymmdd>/<region>/<service>/<terminator>")
        })?;
        if access_key_id != self.credentials.access_key_id() {
            return Err(Refusal::AccessKeyId);
        }
        let rest = credential.strip_prefix(access_key_id);
        if rest.and_then(|rest| rest.strip_prefix('/')) != Some(scope.as_str()) {
            return Err(Refusal::Scope { place, expected: scope.to_string() });
        }
        self.check_session_token(claim.session_token)?;
        if signed_at > self.now.plus_secs(MAX_SKEW_SECS) {
            return Err(Refusal::Skewed { place });
        }
        let signing_key = SigningKey::derive(self.credentials, &scope);
        Ok(ClaimedSignature { scope, signed_at, signing_key, signature: claim.signature })
    }

    pub(super) fn check_session_token(&self, found: Option<&str>) -> Result<(), Refusal> {
        let equal = match (self.credentials.session_token_in(self.dialect), found) {
            (None, None) => true,
            (Some(expected), Some(found)) => constant_time_eq(expected, found),
            _ => false,
        };
        if equal { Ok(()) } else { Err(Refusal::SessionToken) }
    }
}

impl ClaimedSignature<'_> {
    /// Rejects the signature unless it is the signature of this policy.
    pub(super) fn check_policy(&self, base64: &str) -> Result<(), Refusal> {
        self.check(self.signing_key.sign(base64))
    }

    /// Rejects the signature unless it is the signature of this canonical request.
    pub(super) fn check_request(&self, request: &CanonicalRequest) -> Result<(), Refusal> {
        let text = request.to_string_to_sign(&self.scope, self.signed_at);
        self.check(self.signing_key.sign(text.as_str()))
    }

    fn check(&self, expected: Signature) -> Result<(), Refusal> {
        if constant_time_eq(&expected.to_string(), self.signature) {
            Ok(())
        } else {
            Err(Refusal::Signature)
        }
    }

    /// Returns when the signature expires; rejects it from that instant on.
    pub(super) fn check_age(&self, now: UnixTime, expires: Expires) -> Result<UnixTime, Refusal> {
        let at = self.signed_at.plus_secs(expires.as_secs().into());
        if now < at { Ok(at) } else { Err(Refusal::Expired { at }) }
    }

    /// Rejects a signature made more than 15 minutes ago.
    pub(super) fn check_skew(&self, now: UnixTime) -> Result<(), Refusal> {
        if now > self.signed_at.plus_secs(MAX_SKEW_SECS) {
            return Err(Refusal::Skewed { place: Place::Header });
        }
        Ok(())
    }
}

/// Compares in a time that depends only on the lengths.
pub(super) fn constant_time_eq(expected: &str, found: &str) -> bool {
    expected.as_bytes().ct_eq(found.as_bytes()).into()
}
