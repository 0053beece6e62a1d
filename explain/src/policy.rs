//! Checks a form against its policy.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

mod condition;
mod malformed;

use serde_json::Value;
use signer::{PolicyDocument, Refusal, UnixTime};

use self::condition::Condition;
use self::malformed::Malformed;
use crate::cause::{Cause, Code};
use crate::form::Form;
use crate::instant;

/// Longest policy that is read, in bytes; S3 accepts 20 KB for all fields of a form.
const MAX_BASE64: usize = 20_480;

/// A parsed policy.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) expiration: Option<UnixTime>,
    conditions: Vec<Condition>,
    malformed: Vec<Malformed>,
    /// Why S3 rejects the document, although each of its conditions is well-formed: members that it does not know or that are
    /// repeated, and time zones.
    refusal: Option<Refusal>,
}

impl Policy {
    /// Parses a policy document in base64.
    pub(crate) fn parse(base64: &str) -> Option<Self> {
        let base64 = Some(base64).filter(|base64| base64.len() <= MAX_BASE64)?;
        let document: Value = serde_json::from_str(&PolicyDocument::json(base64).ok()?).ok()?;
        let expiration = document.get("expiration").and_then(Value::as_str);
        let expiration = expiration.and_then(instant::parse);
        let list = document.get("conditions")?.as_array()?;
        let (mut conditions, mut malformed) = (Vec::new(), Vec::new());
        for (index, value) in list.iter().enumerate() {
            match Condition::read(index, value) {
                Ok(condition) => conditions.push(condition),
                Err(found) => malformed.push(found.with_fields_of(value)),
            }
        }
        let is_read = malformed.is_empty() && expiration.is_some();
        let refusal = PolicyDocument::parse(base64).err().filter(|_| is_read);
        Some(Self { expiration, conditions, malformed, refusal })
    }

    /// Whether a condition is not well-formed, so that S3 rejects the policy without a look at the form.
    pub(crate) fn is_malformed(&self) -> bool {
        !self.malformed.is_empty() || self.refusal.is_some()
    }

    /// The parts of the form that the policy does not allow. A form that was not sent may lack fields whose values the
    /// policy leaves open.
    pub(crate) fn check(&self, form: &Form, is_sent: bool) -> Vec<Cause> {
        let mut causes: Vec<_> =
            self.malformed.iter().map(|malformed| malformed.cause.clone()).collect();
        causes.extend(self.refusal.as_ref().map(refused));
        causes.extend(self.no_expiration());
        let checked =
            self.conditions.iter().filter(|condition| is_sent || !condition.is_left_open(form));
        causes.extend(checked.filter_map(|condition| condition.check(form)));
        causes.extend(self.extra_fields(form));
        causes
    }

    /// The fields that the client has to add to a form as it was signed, in sentences.
    pub(crate) fn left_to_the_client(&self, form: &Form) -> Vec<String> {
        let left = self.conditions.iter().filter(|condition| condition.is_left_open(form));
        left.filter_map(Condition::field)
            .map(|field| format!("the policy requires the field {field}, which the client has to add before the file"))
            .collect()
    }

    fn no_expiration(&self) -> Option<Cause> {
        let message =
            "the policy has no expiration that is an instant such as 2015-12-30T12:00:00.000Z";
        let hint = "write the expiration in UTC with a Z at the end, and sign the policy again";
        self.expiration.is_none().then(|| Cause::new(Code::PolicyDamaged, message, hint))
    }

    fn extra_fields(&self, form: &Form) -> impl Iterator<Item = Cause> {
        let signature = form.name_of("signature");
        let is_exempt = |name: &str| {
            matches!(name, "policy" | "file" | "awsaccesskeyid" | "signature")
                || name.starts_with("x-ignore-")
                || name == signature
        };
        let names = form.fields.iter().map(|(name, _)| name.as_str());
        let extra = names.filter(|name| !is_exempt(name) && !self.covers(name));
        let cause = |name: &str| {
            let message =
                format!("the form has the field {name}, but no condition of its policy covers it");
            let hint = format!("do not send {name}, or add a condition for it to the policy");
            Cause::new(Code::ExtraField, message, hint)
        };
        extra.map(cause).collect::<Vec<_>>().into_iter()
    }

    /// Whether the form was signed with a temporary key.
    pub(crate) fn requires_token(&self) -> bool {
        self.conditions
            .iter()
            .filter_map(Condition::field)
            .any(|field| field.ends_with("-security-token"))
    }

    fn covers(&self, name: &str) -> bool {
        self.conditions.iter().any(|condition| condition.field() == Some(name))
            || self
                .malformed
                .iter()
                .any(|malformed| malformed.fields.iter().any(|field| field == name))
    }
}

fn refused(refusal: &Refusal) -> Cause {
    let hint = "correct the document, and sign the policy again";
    Cause::new(Code::PolicyDamaged, refusal.to_string(), hint)
}
