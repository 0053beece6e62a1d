//! Finds the causes for which a form fails.

use crate::cause::{Cause, Code};
use crate::diagnosis::Diagnosis;
use crate::explain::Case;
use crate::form::Form;
use crate::policy::Policy;
use crate::proof::Proof;
use crate::search::{mismatch, server_has_another_secret, signed_with_another_secret};
use crate::{expiry, format, mask, region, token, verdict};

impl Case<'_> {
    pub(crate) fn form(&self, form: &Form, diagnosis: &mut Diagnosis) {
        let mut found = format::form(form);
        found.extend(repeated(form));
        found.extend(second_file(form));
        found.extend(other_file_field(form));
        found.retain(|cause| self.allows(cause.code));
        if found.is_empty() {
            let policy = form.field("policy").map(Policy::parse);
            match &policy {
                Some(Some(policy)) => found = self.policy(form, policy, diagnosis),
                Some(None) => found = vec![damaged(form.field("policy").unwrap_or_default())],
                None => {}
            }
        }
        found.retain(|cause| self.allows(cause.code));
        diagnosis.causes = found;
    }

    /// Whether the form is known as it was sent, not only as it was signed.
    fn is_sent(&self, form: &Form) -> bool {
        let evidence = self.evidence;
        form.has_file_input || evidence.sent.is_some() || evidence.server_error.is_some()
    }

    fn policy(&self, form: &Form, policy: &Policy, diagnosis: &mut Diagnosis) -> Vec<Cause> {
        let (context, now) = (self.context, self.now());
        // A server parses the whole policy before it compares the time.
        let is_parsed = self.evidence.server_error.is_none() || !policy.is_malformed();
        let end = policy.expiration.filter(|end| is_parsed && now >= *end);
        let mut found: Vec<_> =
            end.map(|end| expiry::expired("form", end, now)).into_iter().collect();
        found.extend(region::form(form, &context.buckets, context.region.as_deref()));
        found.extend(policy.check(form, self.is_sent(form)));
        if !self.is_sent(form) {
            diagnosis.remarks.extend(policy.left_to_the_client(form));
        }
        found.extend(
            (policy.requires_token() && form.field("x-amz-security-token").is_none())
                .then(verdict::token_missing),
        );
        found.extend(token::form(form));
        let proof =
            context.credentials.as_ref().and_then(|credentials| Proof::of_form(form, credentials));
        let base64 = form.field("policy").unwrap_or_default();
        let is_signature_rejected = self.is_signature_rejected();
        diagnosis.remarks.extend(self.unverified_remark(proof.is_some()));
        diagnosis.is_signature_verified = proof.is_some();
        match proof.map(|proof| proof.signs_policy(base64)) {
            Some(false) => found.push(signed_with_another_secret()),
            Some(true) if is_signature_rejected => found.push(server_has_another_secret()),
            None if is_signature_rejected => found.push(mismatch()),
            _ => {}
        }
        found
    }
}

/// The fields that the form has more than once. `x-ignore-` fields may repeat.
fn repeated(form: &Form) -> Vec<Cause> {
    let mut names: Vec<_> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
    names.retain(|name| !name.starts_with("x-ignore-"));
    names.sort_unstable();
    let mut twice: Vec<_> = names
        .windows(2)
        .filter(|pair| pair.first() == pair.last())
        .filter_map(|pair| pair.first())
        .collect();
    twice.dedup();
    let cause = |name: &&&str| {
        let name = mask::short(name);
        let message = format!("the form has the field {name} more than once");
        let hint = format!(
            "send {name} once: use formData.set instead of append, and look for a hidden input of the same name"
        );
        Cause::new(Code::RepeatedField, message, hint)
    };
    twice.iter().map(cause).collect()
}

fn second_file(form: &Form) -> Option<Cause> {
    let again = form.fields_after_file.iter().any(|name| name == "file");
    let hint = "send exactly one field named file, last; upload further files with a form each";
    again.then(|| Cause::new(Code::MalformedForm, "the form has more than one file", hint))
}

fn other_file_field(form: &Form) -> Option<Cause> {
    let is_other = form.has_file_input && !form.file_field.eq_ignore_ascii_case("file");
    let name = mask::short(&form.file_field);
    let message = format!("the file is in the field {name}, but S3 reads it from the field file");
    let hint = "name the field of the file `file`: formData.append('file', file)";
    is_other.then(|| Cause::new(Code::MalformedForm, message, hint))
}

fn damaged(base64: &str) -> Cause {
    let message = "the policy field is not a policy document in base64";
    let hint = if base64.starts_with("b'") {
        "send the text without b'...', which Python writes around bytes: decode them first"
    } else {
        "send the policy field exactly as it was signed, without changing + to a space"
    };
    Cause::new(Code::PolicyDamaged, message, hint)
}
