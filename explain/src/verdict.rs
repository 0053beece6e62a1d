//! The meaning of a server's error: the causes it permits, and a fallback cause.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>

mod by_code;
mod denied;
mod groups;
mod key;

use self::by_code::by_code;
use self::denied::{denied, expired};
use self::groups::{Allowed, CHECKSUM, SHAPE, SIGNATURE};
use self::key::key_id;
pub(crate) use self::key::token_missing;
use crate::cause::{Cause, Code};
use crate::evidence::Evidence;
use crate::link::credential;
use crate::server_error::ServerError;
use crate::{expiry, mask, region};

/// The causes that an error permits.
pub(crate) struct Verdict {
    allowed: Allowed,
    /// The cause that the error itself states, used if no other cause is found.
    pub(crate) fallback: Option<Cause>,
}

impl Verdict {
    pub(crate) fn allows(&self, code: Code) -> bool {
        self.allowed.has(code)
    }

    fn only(code: Code, allowed: Allowed, message: &str, hint: &str) -> Self {
        Self { allowed, fallback: Some(Cause::new(code, message, hint)) }
    }

    /// The verdict that follows from an error and the evidence.
    pub(crate) fn of(server_error: &ServerError, evidence: &Evidence) -> Self {
        let unknown_error =
            || Self { allowed: Allowed::AllButTime, fallback: Some(unexplained(server_error)) };
        match server_error.code() {
            "AccessDenied" => denied(server_error),
            "RequestTimeTooSkewed" => Self {
                allowed: Allowed::Only(&[Code::ClockSkew]),
                fallback: Some(expiry::by_server(server_error)),
            },
            "SignatureDoesNotMatch" => Self { allowed: SIGNATURE, fallback: None },
            // R2 answers `Unauthorized` and `ExpiredRequest`.
            "InvalidAccessKeyId" | "Unauthorized" => key_id(evidence),
            "ExpiredRequest" => expired(),
            "AuthorizationQueryParametersError" | "AuthorizationHeaderMalformed" => {
                let region = server_error.region().zip(signed_region(evidence));
                let fallback =
                    region.map(|(expected, signed)| region::wrong_region(&signed, expected));
                Self {
                    allowed: SHAPE,
                    fallback: fallback.or_else(|| Some(unexplained(server_error))),
                }
            }
            "PermanentRedirect" | "TemporaryRedirect" | "IllegalLocationConstraintException" => {
                redirected(server_error, evidence)
            }
            "NotImplemented" | "MethodNotAllowed" if is_form(evidence) => Self::only(
                Code::FormsNotTaken,
                Allowed::Only(&[Code::FormsNotTaken]),
                "this store does not accept upload forms",
                "upload by PUT; for R2, let the Worker accept the form, as docs/r2-forms.md describes",
            ),
            "AccessForbidden" => cors(),
            "InvalidRequest" | "InvalidArgument" => {
                invalid(server_error).unwrap_or_else(unknown_error)
            }
            code => by_code(code).unwrap_or_else(unknown_error),
        }
    }
}

/// The verdict if the browser received no response, or one that the page may not read.
pub(crate) fn cors() -> Verdict {
    let message = "the browser did not let the page read a response: the bucket's CORS rules lack this origin, method or header, or there was no response";
    let hint = "apply the output of `signpost cors` to the bucket; the browser's console names the missing header";
    Verdict {
        allowed: Allowed::Only(&[Code::Cors]),
        fallback: Some(Cause::new(Code::Cors, message, hint)),
    }
}

fn is_form(evidence: &Evidence) -> bool {
    evidence.form.is_some()
}

fn unexplained(server_error: &ServerError) -> Cause {
    let message = match mask::sentence(server_error.message()) {
        text if text.is_empty() => {
            format!("the server rejected the request with {}", mask::short(server_error.code()))
        }
        text => format!(
            "the server rejected the request with {}: {text}",
            mask::short(server_error.code())
        ),
    };
    Cause::new(
        Code::Refused,
        message,
        "the cause is unknown: look up the code in the provider's documentation",
    )
}

fn signed_region(evidence: &Evidence) -> Option<String> {
    let form = || {
        credential(evidence.form.as_ref().and_then(|form| form.field(&form.name_of("credential")))?)
    };
    let [_, _, region, ..] =
        evidence.link.as_ref().and_then(crate::link::Link::credential).or_else(form)?;
    Some(region)
}

fn redirected(server_error: &ServerError, evidence: &Evidence) -> Verdict {
    let endpoint =
        mask::short(server_error.field("Endpoint").unwrap_or("another endpoint")).into_owned();
    let signed = signed_region(evidence).unwrap_or_default();
    let fallback = if !signed.is_empty() && !endpoint.contains(&signed) {
        let message =
            format!("the signature is for the region {signed}, but the bucket is at {endpoint}");
        Cause::new(
            Code::WrongRegion,
            message,
            "configure the signer with the region in that endpoint's name",
        )
    } else {
        let message = format!("the bucket is at {endpoint}");
        Cause::new(
            Code::WrongHost,
            message,
            "configure the signer with that endpoint, without the bucket's name",
        )
    };
    Verdict {
        allowed: Allowed::Only(&[Code::WrongRegion, Code::WrongHost]),
        fallback: Some(fallback),
    }
}

fn invalid(server_error: &ServerError) -> Option<Verdict> {
    let only = |code, allowed, message: &str, hint: &str| {
        Some(Verdict { allowed, fallback: Some(Cause::new(code, message, hint)) })
    };
    if server_error.says("only one auth mechanism") {
        return only(
            Code::TwoSignatures,
            Allowed::Only(&[Code::TwoSignatures]),
            "the request has two signatures",
            "send either the signature in the link or the Authorization header, not both",
        );
    }
    if server_error.says("authorization mechanism") {
        return only(
            Code::UnsupportedSignature,
            Allowed::Only(&[Code::UnsupportedSignature]),
            "the server does not support signatures of this version",
            "sign with Signature Version 4: signature_version = s3v4",
        );
    }
    if server_error.says("checksum") {
        return only(
            Code::ChecksumDiffers,
            CHECKSUM,
            "the checksum that was signed or sent does not match the file",
            "compute the checksum over exactly the bytes that are sent, or leave it out",
        );
    }
    None
}
