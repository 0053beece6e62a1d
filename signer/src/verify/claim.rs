//! What a form or request says of its signature, held against who may sign, where and when.

use alloc::string::ToString as _;

use subtle::ConstantTimeEq as _;

use super::Verifier;
use crate::{CanonicalRequest, Expires, Place, Refusal, Scope, Signature, SigningKey, UnixTime};

/// How far a clock may run ahead, or behind where nothing else bounds the age: 15 minutes, as S3 has it.
const MAX_SKEW_SECS: u64 = 900;

/// The parts that stand beside every signature, wherever they were found.
pub(super) struct Claim<'r> {
    pub(super) place: Place,
    /// Its name as the place spells it, then its value.
    pub(super) credential: (&'static str, &'r str),
    pub(super) date: (&'static str, &'r str),
    pub(super) session_token: Option<&'r str>,
    pub(super) signature: &'r str,
}

/// Who signed is known, and for where and when; only the signature itself is still to be held against a text.
pub(super) struct Proof<'r> {
    scope: Scope,
    pub(super) signed_at: UnixTime,
    signing_key: SigningKey,
    signature: &'r str,
}

impl Verifier<'_> {
    /// Checks everything about a signature that does not depend on the text it signs.
    pub(super) fn proof<'r>(&self, claim: &Claim<'r>) -> Result<Proof<'r>, Refusal> {
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
        Ok(Proof { scope, signed_at, signing_key, signature: claim.signature })
    }

    pub(super) fn check_session_token(&self, found: Option<&str>) -> Result<(), Refusal> {
        let same = match (self.credentials.session_token_in(self.dialect), found) {
            (None, None) => true,
            (Some(expected), Some(found)) => same(expected, found),
            _ => false,
        };
        if same { Ok(()) } else { Err(Refusal::SessionToken) }
    }
}

impl Proof<'_> {
    /// Refuses a signature that is not that of a policy.
    pub(super) fn check_policy(&self, base64: &str) -> Result<(), Refusal> {
        self.check(self.signing_key.sign(base64))
    }

    /// Refuses a signature that is not that of a canonical request.
    pub(super) fn check_request(&self, request: &CanonicalRequest) -> Result<(), Refusal> {
        let text = request.to_string_to_sign(&self.scope, self.signed_at);
        self.check(self.signing_key.sign(text.as_str()))
    }

    fn check(&self, expected: Signature) -> Result<(), Refusal> {
        if same(&expected.to_string(), self.signature) { Ok(()) } else { Err(Refusal::Signature) }
    }

    /// Refuses from `secs` seconds after the signature on.
    pub(super) fn check_age(&self, now: UnixTime, expires: Expires) -> Result<UnixTime, Refusal> {
        let at = self.signed_at.plus_secs(expires.as_secs().into());
        if now < at { Ok(at) } else { Err(Refusal::Expired { at }) }
    }

    /// Refuses what was signed more than 15 minutes ago.
    pub(super) fn check_skew(&self, now: UnixTime) -> Result<(), Refusal> {
        if now > self.signed_at.plus_secs(MAX_SKEW_SECS) {
            return Err(Refusal::Skewed { place: Place::Header });
        }
        Ok(())
    }
}

/// Compares in a time that depends on the lengths alone.
pub(super) fn same(expected: &str, found: &str) -> bool {
    expected.as_bytes().ct_eq(found.as_bytes()).into()
}
