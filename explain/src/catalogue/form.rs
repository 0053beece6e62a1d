//! Errors of upload forms.

use super::Entry;
use crate::cause::Code;
use crate::verdict::{Allowed, FORM, NOTHING_ELSE, POLICY};

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &["InvalidPolicyDocument"],
        Code::PolicyDamaged,
        POLICY,
        "the policy is not a policy document",
        "send the policy field exactly as it was signed",
    ),
    Entry::new(
        &["PostPolicyInvalidKeyName"],
        Code::PolicyCondition,
        POLICY,
        "the form does not match its policy: a condition on the key or on another field is not met",
        "send every field as it was signed, and no others",
    ),
    Entry::new(
        &["MalformedPOSTRequest", "RequestIsNotMultiPartContent"],
        Code::MalformedForm,
        FORM,
        "the body is not well-formed multipart/form-data, or its Content-Type has no boundary or another one",
        "send a FormData object and do not set Content-Type yourself: the browser adds the boundary; end the body with the closing boundary",
    ),
    Entry::new(
        &["UserKeyMustBeSpecified"],
        Code::MissingField,
        FORM,
        "a required field of the form is missing, or comes after the file",
        "send every field of the signer's answer, and append the file last",
    ),
    Entry::new(
        &["IncorrectNumberOfFilesInPostRequest"],
        Code::MalformedForm,
        FORM,
        "the form has no file, or more than one",
        "send exactly one field named file, last; upload further files with a form each",
    ),
    Entry::new(
        &["MaxPostPreDataLengthExceededError", "MaxPostPreDataLengthExceeded"],
        Code::TooLarge,
        Allowed::Only(&[Code::FileNotLast]),
        "the fields before the file have more than 20 KB together",
        "send less metadata; the file's own bytes belong in the field file",
    ),
    Entry::new(
        &["InlineDataTooLarge"],
        Code::TooLarge,
        NOTHING_ELSE,
        "data that is part of the request is too large",
        "send the data as the file",
    ),
    Entry::new(
        &["EntityTooLarge", "uploadTooLarge"],
        Code::TooLarge,
        Allowed::Only(&[Code::TooLarge]),
        "the file is larger than the form's policy or the server allows: in one request, 5 GiB",
        "send a smaller file, sign the form for the size of this one, or upload in parts",
    ),
    Entry::new(
        &["EntityTooSmall"],
        Code::TooSmall,
        Allowed::Only(&[Code::TooSmall]),
        "the file is smaller than the form's policy allows, or a part other than the last is smaller than 5 MiB",
        "send the whole file, which is often empty because its stream was already read; make parts of at least 5 MiB",
    ),
];
