//! Checks that a link or form has every part of a signature, in the right format.

use signer::{Dialect, Expires};

use crate::cause::{Cause, Code};
use crate::form::Form;
use crate::instant;
use crate::link::Link;
use crate::link::{credential, decode};

const PARTS: [&str; 6] =
    ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"];
const COPY_OR_SIGN_AGAIN: &str = "copy the whole link from the signer's output, or sign again";

/// The missing or malformed parts of a link.
pub(crate) fn link(link: &Link) -> Vec<Cause> {
    if link.query.iter().any(|(name, _)| name.starts_with("amp;")) {
        let message =
            "the link was copied from HTML: its parameters are separated by &amp; instead of &";
        let hint = "replace each &amp; with &, or copy the address of the link instead of the source of the page";
        return vec![Cause::new(Code::HtmlEscaped, message, hint)];
    }
    let names = PARTS.map(|part| (part, link.name_of(part)));
    let missing: Vec<_> = names
        .iter()
        .filter(|(part, _)| link.part(part).is_none())
        .map(|(_, name)| name.as_str())
        .collect();
    if !missing.is_empty() {
        let message = format!("the link lacks {}", missing.join(", "));
        let hint = format!(
            "in a shell, put the link in quotes, since the shell ends it at the first &; otherwise {COPY_OR_SIGN_AGAIN}"
        );
        return vec![Cause::new(Code::MissingParameter, message, hint)];
    }
    let times = |name: &str| link.query.iter().filter(|(found, _)| decode(found) == name).count();
    if let Some((_, name)) = names.iter().find(|(_, name)| times(name) > 1) {
        return vec![Cause::new(
            Code::RepeatedParameter,
            format!("the link has {name} twice"),
            COPY_OR_SIGN_AGAIN,
        )];
    }
    [algorithm(link), malformed(link), expires(link), signature(link)]
        .into_iter()
        .flatten()
        .collect()
}

fn algorithm(link: &Link) -> Option<Cause> {
    let found = link.part("Algorithm")?;
    let expected = match link.dialect()? {
        Dialect::Amazon => "AWS4-HMAC-SHA256",
        Dialect::Google => "GOOG4-HMAC-SHA256",
    };
    (found != expected).then(|| wrong(&link.name_of("Algorithm"), expected))
}

fn malformed(link: &Link) -> Option<Cause> {
    if link.signed_at().is_none() {
        return Some(wrong(&link.name_of("Date"), "an instant such as 20151229T000000Z"));
    }
    let Some([_, day, _, service, terminator]) = link.credential() else {
        return Some(wrong(
            &link.name_of("Credential"),
            "<access key id>/<yyyymmdd>/<region>/s3/aws4_request",
        ));
    };
    let date = link.part("Date").unwrap_or_default();
    let is_valid = date.starts_with(&day)
        && matches!(
            (service.as_str(), terminator.as_str()),
            ("s3", "aws4_request") | ("storage", "goog4_request")
        );
    (!is_valid).then(|| {
        wrong(
            &link.name_of("Credential"),
            "the day of the link's date, the service s3 and the terminator aws4_request",
        )
    })
}

fn wrong(name: &str, expected: &str) -> Cause {
    Cause::new(Code::MalformedParameter, format!("{name}: expected {expected}"), COPY_OR_SIGN_AGAIN)
}

fn expires(link: &Link) -> Option<Cause> {
    let found = link.part("Expires")?;
    let secs = found.parse().ok().filter(|_| found.bytes().all(|b| b.is_ascii_digit()));
    if secs.and_then(Expires::from_secs).is_some() {
        return None;
    }
    let length = found.parse().map_or_else(|_| "not a number".into(), instant::length);
    let message = format!(
        "{} is {length}, but S3 accepts 1 second to 7 days (604800 s)",
        link.name_of("Expires")
    );
    let hint = "sign for at most 7 days; for longer access, sign a new link on each request";
    Some(Cause::new(Code::ExpiresOutOfRange, message, hint))
}

fn signature(link: &Link) -> Option<Cause> {
    let found = link.part("Signature")?;
    let digits = found.bytes().take_while(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')).count();
    (digits != 64 || found.len() != 64).then(|| {
        let message = format!(
            "the signature is damaged: expected 64 hexadecimal digits in lower case, found {digits} at the start of {} characters",
            found.chars().count()
        );
        let hint = "copy the whole link and nothing after it: mail and chat programs may add a full stop";
        Cause::new(Code::SignatureDamaged, message, hint)
    })
}

/// The missing or malformed fields of a form.
pub(crate) fn form(form: &Form) -> Vec<Cause> {
    let parts = ["algorithm", "credential", "date", "signature"].map(|part| form.name_of(part));
    let version_2 = ["awsaccesskeyid", "signature"].map(String::from);
    let parts: Vec<String> = if form.is_version_2() { version_2.into() } else { parts.into() };
    let required = parts.iter().map(String::as_str).chain(["policy", "key"]);
    let missing: Vec<_> = required.filter(|name| form.field(name).is_none()).collect();
    let after_file: Vec<_> = missing
        .iter()
        .filter(|name| form.fields_after_file.iter().any(|found| found == *name))
        .collect();
    if let Some(name) = after_file.first() {
        let message = format!(
            "the file comes before other fields: S3 ignores the fields after it, such as {name}"
        );
        let hint = "append the file last: formData.append('file', file) after all other fields";
        return vec![Cause::new(Code::FileNotLast, message, hint)];
    }
    let cause = |name: &&str| {
        let hint = format!("send every field of the signer's answer, including {name}");
        Cause::new(Code::MissingField, format!("the form lacks the field {name}"), hint)
    };
    let mut causes: Vec<_> = missing.iter().map(cause).collect();
    let credential = form.field(&form.name_of("credential"));
    if credential.is_some_and(|text| self::credential(text).is_none()) {
        causes.push(wrong(
            &form.name_of("credential"),
            "<access key id>/<yyyymmdd>/<region>/s3/aws4_request",
        ));
    }
    causes
}
