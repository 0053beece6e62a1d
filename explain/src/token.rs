//! Checks that a session token arrived as it was issued.
//!
//! Tokens are base64 or JSON Web Tokens, which have neither percent signs nor spaces.

use percent_encoding::percent_decode_str;

use crate::cause::{Cause, Code};
use crate::form::Form;
use crate::link::{Link, decode};
use crate::received::double_encoded;
use crate::repair::{raw_plus, space_for_plus};

/// The cause if the token in a link is encoded twice, has white space, or has a `+` that the server reads as a space.
pub(crate) fn link(link: &Link) -> Option<Cause> {
    let name = link.name_of("Security-Token");
    let (_, raw) = link.query.iter().find(|(found, _)| decode(found) == name)?;
    let part = format!("the parameter {name}");
    if raw.contains('+') {
        return Some(raw_plus(&part));
    }
    check(&part, &decode(raw))
}

/// The cause if the token in a form is encoded, or has spaces.
pub(crate) fn form(form: &Form) -> Option<Cause> {
    let name = form.name_of("security-token");
    let value = form.field(&name)?;
    check(&format!("the field {name}"), value)
}

fn check(part: &str, token: &str) -> Option<Cause> {
    if is_percent_encoded(token) {
        return Some(double_encoded(part));
    }
    if token.trim() != token || token.contains(['\n', '\r', '\t']) {
        let message = format!("{part} has a line break or a tab in it, or a space at an end");
        let hint = "configure the signer with the token on one line, without spaces around it";
        return Some(Cause::new(Code::TokenWrong, message, hint));
    }
    token.contains(' ').then(|| space_for_plus(part))
}

fn is_percent_encoded(text: &str) -> bool {
    text.contains('%') && percent_decode_str(text).count() < text.len()
}
