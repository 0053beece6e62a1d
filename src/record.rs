//! Log records: one line for each decision, without tokens, signatures, queries or keys.

use error_code::ErrorCode;
use rules::{Caller, Denial, MissingKeys, TokenFault};
use serde::Serialize;
use signer::Payload;

/// The outcome of a request that needs no decision.
const ANSWERED: &str = "answered";

/// One decision; its line in the log is this struct as JSON.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Record {
    /// `uploads/avatar`
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
    /// The entry of `CALLERS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<String>,
    /// The caller among those of that entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    outcome: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// What is wrong with the token of a refused request.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'static str>,
    /// The keys that could not be fetched. Boxed, since it is rare.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_keys: Option<Box<KeysRecord>>,
    /// The first half of the SHA-256 of the object's key. Whoever knows a key can find its records.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_hash: Option<String>,
    /// The same for each object, if there can be several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    key_hashes: Vec<String>,
    /// How many of several were refused.
    #[serde(skip_serializing_if = "is_zero")]
    refused: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends_with: Option<&'static str>,
    /// The duration in milliseconds, which the shell measures.
    ms: u64,
}

/// What only the log says about a refusal.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Cause {
    /// What is wrong with the token.
    Token(TokenFault),
    /// The issuer's keys that could not be fetched.
    Keys(Box<MissingKeys>),
}

impl Cause {
    pub(crate) fn of(denial: &Denial) -> Option<Self> {
        match denial {
            Denial::KeysUnavailable(keys) => Some(Self::Keys(keys.clone())),
            denial => denial.token_fault().map(Self::Token),
        }
    }
}

/// Keys that could not be fetched: all but the failure is configuration.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
struct KeysRecord {
    /// The entry of `CALLERS`.
    caller: String,
    /// The URL, without its query.
    url: String,
    failure: &'static str,
    /// The status of the answer, if that is the failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
}

impl Record {
    pub(crate) fn rule(&mut self, rule: &str) {
        self.rule = Some(rule.into());
    }

    pub(crate) fn caller(&mut self, caller: &Caller) {
        self.caller = Some(caller.name().into());
        self.subject = caller.subject().map(Into::into);
    }

    /// Notes what was granted.
    pub(crate) fn granted(&mut self, key: &str, ends_with: Option<rules::EndsWith>) {
        let mut hash = Payload::of(key.as_bytes()).to_string();
        hash.truncate(hash.len() / 2);
        self.key_hash = Some(hash);
        self.ends_with = ends_with.map(rules::EndsWith::as_str);
    }

    /// Notes what the answer to a refusal does not say.
    #[inline(never)] // rare
    pub(crate) fn cause(&mut self, cause: Cause) {
        match cause {
            Cause::Token(fault) => self.token = Some(fault.as_str()),
            Cause::Keys(keys) => {
                let MissingKeys { entry, url, failure } = *keys;
                let (status, failure) = (failure.status(), failure.as_str());
                let keys = KeysRecord { caller: entry, url, failure, status };
                self.missing_keys = Some(Box::new(keys));
            }
        }
    }

    /// Lists what was granted last with the other objects of the request.
    pub(crate) fn list_granted(&mut self) {
        self.key_hashes.extend(self.key_hash.take());
    }

    /// Notes that one of several was refused. The code is that of the first.
    pub(crate) fn refused(&mut self, code: ErrorCode) {
        self.refused = self.refused.saturating_add(1);
        self.code = self.code.or(Some(code.as_str()));
    }

    /// Notes the outcome. With an error code, nothing was granted, even if a grant was noted before.
    pub(crate) fn end(&mut self, status: u16, code: Option<ErrorCode>) {
        (self.status, self.code) = (status, code.map(ErrorCode::as_str).or(self.code));
        let is_granted = self.key_hash.is_some() || !self.key_hashes.is_empty();
        self.outcome = match code {
            Some(_) if status >= 500 => "failed",
            Some(_) => "refused",
            None if is_granted => "granted",
            None if self.refused > 0 => "refused",
            None => ANSWERED,
        };
    }

    /// Returns the texts of a data point: rule, caller, outcome, code. `None` as for [`Record::into_line`].
    #[must_use]
    pub fn blobs(&self) -> Option<[&str; 4]> {
        let (rule, caller) = (self.rule.as_deref(), self.caller.as_deref());
        let texts = [rule, caller, Some(self.outcome), self.code];
        (self.outcome != ANSWERED).then(|| texts.map(Option::unwrap_or_default))
    }

    /// Returns the line for the log; `None` for a request that needs no decision, such as a preflight.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it never panics")]
    pub fn into_line(mut self, milliseconds: u64) -> Option<String> {
        self.ms = milliseconds;
        (self.outcome != ANSWERED)
            .then(|| serde_json::to_string(&self).expect("texts and numbers are JSON"))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u8) -> bool {
    *number == 0
}
