//! Finds what is wrong with a form.

use crate::explain::Case;
use crate::policy::Policy;
use crate::proof::Proof;
use crate::search::{mismatch, other_secret, signed_with_another};
use crate::{Cause, Code, Diagnosis, Form, moment, region, shape, verdict};

impl Case<'_> {
    pub(crate) fn form(&self, form: &Form, diagnosis: &mut Diagnosis) {
        let mut found = shape::form(form);
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
            end.map(|end| moment::expired("form", end, now)).into_iter().collect();
        found.extend(region::form(form, &context.buckets, context.region.as_deref()));
        found.extend(policy.check(form));
        found.extend(
            (policy.wants_token() && form.field("x-amz-security-token").is_none())
                .then(verdict::token_missing),
        );
        let proof =
            context.credentials.as_ref().and_then(|credentials| Proof::of_form(form, credentials));
        let base64 = form.field("policy").unwrap_or_default();
        let server_says_so = self.is_refused_for_signature();
        diagnosis.remarks.extend(self.unchecked(proof.is_some()));
        match proof.map(|proof| proof.is_of_policy(base64)) {
            Some(false) => found.push(signed_with_another()),
            Some(true) if server_says_so => found.push(other_secret()),
            None if server_says_so => found.push(mismatch()),
            _ => {}
        }
        found
    }
}

fn damaged() -> Cause {
    let what = "the field policy is not a policy document in base64";
    Cause::new(
        Code::PolicyDamaged,
        what,
        "send the field policy exactly as it was signed, without changing + to a space",
    )
}
