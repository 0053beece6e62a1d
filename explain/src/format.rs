//! Checks that a link or form has every part of a signature, in the right format.

use signer::Expires;

use crate::algorithm::Algorithm;
use crate::cause::{Cause, Code};
use crate::form::{Encoding, Form};
use crate::instant;
use crate::link::Link;
use crate::link::{credential, decode, decode_query};
use crate::received::double_encoded;

const PARTS: [&str; 6] =
    ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"];
const COPY_OR_SIGN_AGAIN: &str = "copy the whole link from the signer's output, or sign again";

/// The missing or malformed parts of a link.
pub(crate) fn link(link: &Link) -> Vec<Cause> {
    if let Some(cause) = encoded_again(link) {
        return vec![cause];
    }
    let names = PARTS.map(|part| (part, link.name_of(part)));
    let missing: Vec<_> = names
        .iter()
        .filter(|(part, _)| link.part(part).is_none())
        .map(|(_, name)| name.as_str())
        .collect();
    if !missing.is_empty() {
        let message = if link.is_signed() {
            format!("the link lacks {}", missing.join(", "))
        } else {
            "the URL is not signed: it has no X-Amz-Signature and no other part of a signature"
                .into()
        };
        let hint = format!(
            "in a shell, put the link in quotes, since the shell ends it at the first &; otherwise {COPY_OR_SIGN_AGAIN}"
        );
        return vec![Cause::new(Code::MissingParameter, message, hint)];
    }
    let times =
        |name: &str| link.query.iter().filter(|(found, _)| decode_query(found) == name).count();
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

/// The cause if the link was percent-encoded once more after it was signed: no part of a signature has a `%`.
fn encoded_again(link: &Link) -> Option<Cause> {
    if link.has_encoded_query() {
        let message = "the query is percent-encoded once more as a whole: it has %3D, %26 or %3F where =, & or ? was signed";
        let hint =
            "use the link unchanged: it is already encoded, and encodeURIComponent breaks it";
        return Some(Cause::new(Code::DoubleEncoded, message, hint));
    }
    let names = PARTS.into_iter().chain(["Security-Token", "S3session-Token"]);
    let is_encoded = |part: &str| {
        link.part(part).is_some_and(|value| value.contains('%') && decode(&value) != value)
    };
    let encoded: Vec<_> = names.filter(|part| is_encoded(part)).collect();
    match encoded.as_slice() {
        [] => None,
        [part] => Some(double_encoded(&format!("the parameter {}", link.name_of(part)))),
        _ => Some(double_encoded("the link")),
    }
}

fn algorithm(link: &Link) -> Option<Cause> {
    let expected = Algorithm::usual(link.dialect()?);
    link.algorithm().is_none().then(|| wrong(&link.name_of("Algorithm"), expected))
}

fn malformed(link: &Link) -> Option<Cause> {
    if link.signed_at().is_none() {
        return Some(wrong(&link.name_of("Date"), "an instant such as 20151229T000000Z"));
    }
    let (name, algorithm) = (link.name_of("Credential"), link.algorithm()?);
    let Some(credential) = link.part("Credential").and_then(|text| algorithm.credential(&text))
    else {
        return Some(wrong(&name, &algorithm.credential_format()));
    };
    let is_of_day = credential.is_of_day(&link.part("Date").unwrap_or_default());
    let is_valid = algorithm.accepts(&credential) || is_of_other_service(&link.host);
    (!is_of_day || !is_valid).then(|| {
        let format = algorithm.credential_format();
        wrong(&name, &format!("{format}, with the day of the link's date"))
    })
}

/// Whether a host is one of Amazon's without S3, such as `sts.us-east-1.amazonaws.com`, whose links name another service.
fn is_of_other_service(host: &str) -> bool {
    let is_s3 = |label: &str| label == "s3" || label.starts_with("s3-") || label == "s3express";
    host.contains(".amazonaws.com")
        && !host.split('.').any(|label| is_s3(label) || label.starts_with("s3express-"))
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
    let expected = link.algorithm()?.unmet_format(&found)?;
    let digits = found.bytes().take_while(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')).count();
    let message = format!(
        "the signature is damaged: expected {expected}, found {digits} at the start of {} characters",
        found.chars().count()
    );
    let hint =
        "copy the whole link and nothing after it: mail and chat programs may add a full stop";
    Some(Cause::new(Code::SignatureDamaged, message, hint))
}

/// The missing or malformed fields of a form.
pub(crate) fn form(form: &Form) -> Vec<Cause> {
    if let Some(cause) = encoding(form.encoding) {
        return vec![cause];
    }
    if form.encoding == Encoding::NotRecorded {
        return Vec::new();
    }
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

/// The cause if no server reads the body as a form.
fn encoding(encoding: Encoding) -> Option<Cause> {
    let message = match encoding {
        Encoding::Multipart | Encoding::NotRecorded => return None,
        Encoding::NoBoundary => "the Content-Type of the form has no boundary",
        Encoding::OtherBoundary => {
            "the Content-Type of the form has another boundary than its body"
        }
        Encoding::NotMultipart => {
            "the form was not sent as multipart/form-data, the only type that S3 accepts"
        }
    };
    let hint = "send a FormData object and do not set Content-Type yourself: the client writes it, with the boundary of the body; in HTML, set enctype=\"multipart/form-data\"";
    Some(Cause::new(Code::MalformedForm, message, hint))
}
