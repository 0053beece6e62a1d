//! The field of a form that says for whom it was signed.

use signer::{FieldName, PostPolicy, PresignedPost};

use crate::signing::GrantSigner;
use crate::upload::confirm::{COUNTED_FIELD, STATE_FIELD};

/// Signs a form with the state for the Worker, if there is one. If the Worker must know whose the form is, its policy requires the field.
pub(crate) fn sign_form(
    policy: PostPolicy<'_>,
    state: Option<String>,
    is_required: bool,
    signer: &GrantSigner,
) -> PresignedPost {
    match state {
        Some(state) if is_required => {
            let field = FieldName::new(COUNTED_FIELD).expect("a valid name");
            signer.sign_form(policy.exact(field, state))
        }
        state => {
            let mut post = signer.sign_form(policy);
            post.fields.extend(state.map(|state| (STATE_FIELD.into(), state)));
            post
        }
    }
}
