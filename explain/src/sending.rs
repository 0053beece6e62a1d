//! Compares the method and headers that were sent with those that were signed.

use crate::cause::{Cause, Code};
use crate::evidence::Evidence;
use crate::evidence::{Sent, folded};
use crate::link::Link;
use crate::{mask, received};

/// Checksums of an empty body, which newer SDKs sign when they do not have the body.
const EMPTY_BODY_CHECKSUMS: &[(&str, &str)] = &[
    ("x-amz-checksum-crc32", "AAAAAA=="),
    ("x-amz-checksum-crc32c", "AAAAAA=="),
    ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA="),
    ("x-amz-checksum-sha1", "2jmj7l5rSw0yVb/vlWAYkK/YBwk="),
    ("x-amz-checksum-sha256", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    ("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
];

/// All differences between the sent request and the signed request.
pub(crate) fn check(link: &Link, evidence: &Evidence) -> Vec<Cause> {
    let mut causes: Vec<_> = empty_body(link, evidence.sent.as_ref()).into_iter().collect();
    let signed = evidence.signed.as_ref();
    let canonical =
        evidence.server_error.as_ref().and_then(|server_error| server_error.canonical_request());
    causes.extend(canonical.into_iter().flat_map(|canonical| received::check(link, canonical)));
    if let Some(sent) = &evidence.sent {
        causes.extend(not_sent(link, sent));
        causes.extend(not_signed(link, sent));
        causes.extend(signed.and_then(|signed| method(signed, sent)));
        causes.extend(signed.into_iter().flat_map(|signed| differing(signed, sent)));
        causes.extend(two_signatures(sent));
    }
    causes
}

fn empty_body(link: &Link, sent: Option<&Sent>) -> Option<Cause> {
    let names = link.signed_headers();
    let in_header =
        |name: &str| sent?.header(name).filter(|_| names.iter().any(|found| found == name));
    let signed = |(name, value): &&(&str, &str)| {
        link.decoded(name).or_else(|| in_header(name)).as_deref() == Some(value)
    };
    let (name, _) = EMPTY_BODY_CHECKSUMS.iter().find(signed)?;
    let message = format!(
        "the signed {name} is the checksum of an empty body: the SDK computed it without the file when it signed"
    );
    let hint = "configure the SDK's client with requestChecksumCalculation: \"WHEN_REQUIRED\" (Python: request_checksum_calculation=\"when_required\"), and sign again";
    Some(Cause::new(Code::EmptyBodyChecksum, message, hint))
}

fn not_sent(link: &Link, sent: &Sent) -> impl Iterator<Item = Cause> {
    let is_automatic = |name: &String| name == "host" || name == "content-length";
    let names = link.signed_headers().into_iter().filter(move |name| !is_automatic(name));
    let missing = names.filter(|name| sent.complete && sent.header(name).is_none());
    missing.map(|name| header_not_sent(&name, None)).collect::<Vec<_>>().into_iter()
}

/// The cause for a signed header that was not sent, with its value if known.
pub(crate) fn header_not_sent(name: &str, value: Option<&str>) -> Cause {
    let signed_value =
        value.map_or(String::new(), |value| format!(" with {:?}", mask::value(name, value)));
    let message = format!("the header {name} is signed{signed_value}, but was not sent");
    let hint = format!("send {name} with the value that was signed, or sign without it");
    Cause::new(Code::HeaderNotSent, message, hint)
}

fn not_signed(link: &Link, sent: &Sent) -> impl Iterator<Item = Cause> {
    let signed = link.signed_headers();
    let must_be_signed = |name: &str| name.starts_with("x-amz-") || name.starts_with("x-goog-");
    let names = sent.headers.iter().map(|(name, _)| name.clone());
    // The URL may state the hash of the body, which this header repeats.
    let extra = names.filter(|name| must_be_signed(name) && name != "x-amz-content-sha256");
    let extra = extra.filter(|name| !signed.contains(name)).collect::<Vec<_>>();
    extra.into_iter().map(|name| header_not_signed(&name))
}

pub(crate) fn header_not_signed(name: &str) -> Cause {
    let message = format!("the header {name} was sent, but is not signed");
    let hint = format!("do not send {name}, or sign the link with it");
    Cause::new(Code::HeaderNotSigned, message, hint)
}

fn method(signed: &Sent, sent: &Sent) -> Option<Cause> {
    let (signed, sent) = (signed.method.as_deref()?, sent.method.as_deref()?);
    (signed != sent).then(|| method_differs(signed, sent))
}

pub(crate) fn method_differs(signed: &str, sent: &str) -> Cause {
    let message = format!("the link is signed for {signed}, but was used with {sent}");
    let hint = format!("send the request with {signed}, or sign a link for {sent}");
    Cause::new(Code::MethodDiffers, message, hint)
}

fn differing(signed: &Sent, sent: &Sent) -> Vec<Cause> {
    let each = signed.headers.iter().filter_map(|(name, expected)| {
        let found = sent.header(name)?;
        (found != folded(expected)).then(|| header_differs(name, expected, &found))
    });
    each.collect()
}

/// The cause for a header that was sent with a value other than the signed one.
pub(crate) fn header_differs(name: &str, signed: &str, sent: &str) -> Cause {
    let sent = format!("{:?}", mask::value(name, sent));
    header_mismatch(name, signed, &format!("with {sent}"))
}

/// The cause for a header whose sent value is unknown but is not the signed one.
pub(crate) fn header_unknown(name: &str, signed: &str) -> Cause {
    header_mismatch(name, signed, "with another value, or not at all")
}

fn header_mismatch(name: &str, signed: &str, sent: &str) -> Cause {
    let is_type = name == "content-type";
    let code = if is_type { Code::ContentTypeDiffers } else { Code::HeaderDiffers };
    let signed = mask::value(name, signed);
    let message = format!("the header {name} is signed as {signed:?}, but was sent {sent}");
    let hint = if is_type {
        "send exactly the type that was signed: HTTP libraries add a charset or a type of their own"
    } else {
        "send exactly the value that was signed"
    };
    Cause::new(code, message, hint)
}

fn two_signatures(sent: &Sent) -> Option<Cause> {
    sent.header("authorization")?;
    let message =
        "the request has an Authorization header in addition to the signature in its link";
    let hint = "do not send Authorization to the bucket: interceptors of HTTP libraries add it to every request";
    Some(Cause::new(Code::TwoSignatures, message, hint))
}
