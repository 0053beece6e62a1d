//! Finds the causes for which a form fails.

use crate::cause::{Cause, Code};
use crate::diagnosis::Diagnosis;
use crate::explain::Case;
use crate::form::Form;
use crate::policy::Policy;
use crate::proof::Proof;
use crate::search::{mismatch, server_has_another_secret, signed_with_another_secret};
use crate::{expiry, format, region, verdict};

impl Case<'_> {
    pub(crate) fn form(&self, form: &Form, diagnosis: &mut Diagnosis) {
        let mut found = format::form(form);
        found.retain(|cause| self.allows(cause.code));
        if found.is_empty() {
            let policy = form.field("policy").map(Policy::parse);
            match &policy {
                Some(Some(policy)) => found = self.policy(form, policy, diagnosis),
                Some(None) => found = vec![damaged()],
                None => {}
            }
        }
        found.retain(|cause| self.allows(cause.code));
        diagnosis.causes = found;
    }

    fn policy(&self, form: &Form, policy: &Policy, diagnosis: &mut Diagnosis) -> Vec<Cause> {
        let (context, now) = (self.context, self.now());
        let end = policy.expiration.filter(|end| now >= *end);
        let mut found: Vec<_> =
            end.map(|end| expiry::expired("form", end, now)).into_iter().collect();
        found.extend(region::form(form, &context.buckets, context.region.as_deref()));
        found.extend(policy.check(form));
        found.extend(
            (policy.requires_token() && form.field("x-amz-security-token").is_none())
                .then(verdict::token_missing),
        );
        let proof =
            context.credentials.as_ref().and_then(|credentials| Proof::of_form(form, credentials));
        let base64 = form.field("policy").unwrap_or_default();
        let is_signature_rejected = self.is_signature_rejected();
        diagnosis.remarks.extend(self.unverified_remark(proof.is_some()));
        match proof.map(|proof| proof.signs_policy(base64)) {
            Some(false) => found.push(signed_with_another_secret()),
            Some(true) if is_signature_rejected => found.push(server_has_another_secret()),
            None if is_signature_rejected => found.push(mismatch()),
            _ => {}
        }
        found
    }
}

fn damaged() -> Cause {
    let message = "the policy field is not a policy document in base64";
    Cause::new(
        Code::PolicyDamaged,
        message,
        "send the policy field exactly as it was signed, without changing + to a space",
    )
}
