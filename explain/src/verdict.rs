//! What a server's error means: which causes it permits, and its own cause.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>

mod denied;
mod groups;
mod key;
mod plain;

use self::denied::{denied, said_to_be_expired};
use self::groups::{Allowed, CHECKSUM, SHAPE, SIGNATURE};
use self::key::key_id;
pub(crate) use self::key::token_missing;
use self::plain::plain;
use crate::link::credential;
use crate::{Cause, Code, Evidence, ServerError, mask, moment, region};

/// The causes that an error permits.
pub(crate) struct Verdict {
    allowed: Allowed,
    /// The cause that the error itself names, for when no other is found.
    pub(crate) own: Option<Cause>,
}

impl Verdict {
    pub(crate) fn allows(&self, code: Code) -> bool {
        self.allowed.has(code)
    }

    fn only(code: Code, allowed: Allowed, what: &str, hint: &str) -> Self {
        Self { allowed, own: Some(Cause::new(code, what, hint)) }
    }

    /// What follows from an error, given the request.
    pub(crate) fn of(server_error: &ServerError, evidence: &Evidence) -> Self {
        let otherwise = || Self { allowed: Allowed::AllButTime, own: Some(refused(server_error)) };
        match server_error.code() {
            "AccessDenied" => denied(server_error),
            "RequestTimeTooSkewed" => Self {
                allowed: Allowed::Only(&[Code::ClockSkew]),
                own: Some(moment::by_server(server_error)),
            },
            "SignatureDoesNotMatch" => Self { allowed: SIGNATURE, own: None },
            // R2 says `Unauthorized`, and `ExpiredRequest`.
            "InvalidAccessKeyId" | "Unauthorized" => key_id(evidence),
            "ExpiredRequest" => said_to_be_expired(),
            "AuthorizationQueryParametersError" | "AuthorizationHeaderMalformed" => {
                let region = server_error.region().zip(signed_region(evidence));
                let own = region.map(|(expected, signed)| region::wrong_region(&signed, expected));
                Self { allowed: SHAPE, own: own.or_else(|| Some(refused(server_error))) }
            }
            "PermanentRedirect" | "TemporaryRedirect" | "IllegalLocationConstraintException" => {
                elsewhere(server_error, evidence)
            }
            "NotImplemented" | "MethodNotAllowed" if is_form(evidence) => Self::only(
                Code::FormsNotTaken,
                Allowed::Only(&[Code::FormsNotTaken]),
                "this store does not accept upload forms",
                "upload by PUT; for R2, let the Worker accept the form: see docs/r2-forms.md",
            ),
            "AccessForbidden" => cors(),
            "InvalidRequest" | "InvalidArgument" => invalid(server_error).unwrap_or_else(otherwise),
            code => plain(code).unwrap_or_else(otherwise),
        }
    }
}

/// The browser got a response that the page may not read, or none.
pub(crate) fn cors() -> Verdict {
    let what = "the browser did not let the page read a response: the bucket's CORS rules lack this origin, method or header, or there was no response";
    let hint = "apply the output of `signpost cors` to the bucket; the browser's console names the missing header";
    Verdict { allowed: Allowed::Only(&[Code::Cors]), own: Some(Cause::new(Code::Cors, what, hint)) }
}

fn is_form(evidence: &Evidence) -> bool {
    evidence.form.is_some()
}

fn refused(server_error: &ServerError) -> Cause {
    let what = match mask::sentence(server_error.message()) {
        text if text.is_empty() => {
            format!("the server rejected it with {}", mask::short(server_error.code()))
        }
        text => format!("the server rejected it with {}: {text}", mask::short(server_error.code())),
    };
    Cause::new(
        Code::Refused,
        what,
        "no known cause explains it: look up the code in the provider's documentation",
    )
}

fn signed_region(evidence: &Evidence) -> Option<String> {
    let form = || {
        credential(evidence.form.as_ref().and_then(|form| form.field(&form.name_of("credential")))?)
    };
    let [_, _, region, ..] =
        evidence.link.as_ref().and_then(crate::Link::credential).or_else(form)?;
    Some(region)
}

fn elsewhere(server_error: &ServerError, evidence: &Evidence) -> Verdict {
    let endpoint =
        mask::short(server_error.field("Endpoint").unwrap_or("another endpoint")).into_owned();
    let signed = signed_region(evidence).unwrap_or_default();
    let own = if !signed.is_empty() && !endpoint.contains(&signed) {
        let what = format!("it is signed for the region {signed}, but the bucket is at {endpoint}");
        Cause::new(Code::WrongRegion, what, "configure the signer with the region in that name")
    } else {
        let what = format!("the bucket is at {endpoint}");
        Cause::new(
            Code::WrongHost,
            what,
            "configure the signer with that endpoint, without the bucket's name",
        )
    };
    Verdict { allowed: Allowed::Only(&[Code::WrongRegion, Code::WrongHost]), own: Some(own) }
}

fn invalid(server_error: &ServerError) -> Option<Verdict> {
    let only = |code, allowed, what: &str, hint: &str| {
        Some(Verdict { allowed, own: Some(Cause::new(code, what, hint)) })
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
            "compute it over exactly the bytes that are sent, or leave it out",
        );
    }
    None
}
