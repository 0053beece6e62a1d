//! Checks a form against its policy.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

mod condition;

use serde_json::Value;
use signer::{PolicyDocument, UnixTime};

use self::condition::Condition;
use crate::cause::{Cause, Code};
use crate::form::Form;
use crate::instant;

/// Longest policy that is read, in bytes; S3 accepts 20 KB for all fields of a form.
const MAX_BASE64: usize = 20_480;

/// A parsed policy; conditions that cannot be read are left out.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) expiration: Option<UnixTime>,
    conditions: Vec<Condition>,
}

impl Policy {
    /// Parses a policy document in base64.
    pub(crate) fn parse(base64: &str) -> Option<Self> {
        let base64 = Some(base64).filter(|base64| base64.len() <= MAX_BASE64)?;
        let document: Value = serde_json::from_str(&PolicyDocument::json(base64).ok()?).ok()?;
        let expiration = document.get("expiration")?.as_str().and_then(instant::parse);
        let conditions = document.get("conditions")?.as_array()?;
        Some(Self { expiration, conditions: conditions.iter().flat_map(Condition::read).collect() })
    }

    /// The parts of the form that the policy does not allow.
    pub(crate) fn check(&self, form: &Form) -> Vec<Cause> {
        let mut causes: Vec<_> =
            self.conditions.iter().filter_map(|condition| condition.check(form)).collect();
        causes.extend(self.extra_fields(form));
        causes
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
    }
}
