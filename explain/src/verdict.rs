//! What a server's error leaves possible, and what it says itself.
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

/// The causes that fit to an error.
pub(crate) struct Verdict {
    allowed: Allowed,
    /// What the error says by itself, for when nothing else is found.
    pub(crate) own: Option<Cause>,
}

impl Verdict {
    pub(crate) fn allows(&self, code: Code) -> bool {
        self.allowed.has(code)
    }

    fn only(code: Code, allowed: Allowed, what: &str, hint: &str) -> Self {
        Self { allowed, own: Some(Cause::new(code, what, hint)) }
    }

    /// What follows from an error, given what it is an answer to.
    pub(crate) fn of(server_error: &ServerError, evidence: &Evidence) -> Self {
        let otherwise = || Self { allowed: Allowed::AllButTime, own: Some(refused(server_error)) };
        match server_error.code() {
            "AccessDenied" => denied(server_error),
            "RequestTimeTooSkewed" => Self {
                allowed: Allowed::Only(&[Code::ClockSkew]),
                own: Some(moment::by_server(server_error)),
            },
            "SignatureDoesNotMatch" => Self { allowed: SIGNATURE, own: None },
            // The other is R2's word for it, as `ExpiredRequest` is.
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
                "this store takes no upload forms",
                "upload by PUT; for R2, let the Worker accept the form: docs/r2-forms.md",
            ),
            "AccessForbidden" => cors(),
            "InvalidRequest" | "InvalidArgument" => invalid(server_error).unwrap_or_else(otherwise),
            code => plain(code).unwrap_or_else(otherwise),
        }
    }
}

/// What the browser's own gate says: it got an answer that the page may not read, or none.
pub(crate) fn cors() -> Verdict {
    let what = "the browser did not let the page see an answer: the bucket's CORS rules do not have this origin, method or header, or there was no answer at all";
    let hint = "put what `signpost cors` writes on the bucket; the browser's console has the header that is missing";
    Verdict { allowed: Allowed::Only(&[Code::Cors]), own: Some(Cause::new(Code::Cors, what, hint)) }
}

fn is_form(evidence: &Evidence) -> bool {
    evidence.form.is_some()
}

fn refused(server_error: &ServerError) -> Cause {
    let what = match mask::sentence(server_error.message()) {
        text if text.is_empty() => {
            format!("the server refused it with {}", mask::short(server_error.code()))
        }
        text => format!("the server refused it with {}: {text}", mask::short(server_error.code())),
    };
    Cause::new(
        Code::Refused,
        what,
        "nothing of what is known here explains it: the provider's documentation has the code",
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
        let what = format!("it is signed for the region {signed}, and the bucket is at {endpoint}");
        Cause::new(Code::WrongRegion, what, "give the signer the region in that name")
    } else {
        let what = format!("the bucket is at {endpoint}");
        Cause::new(
            Code::WrongHost,
            what,
            "give the signer that endpoint, without the bucket's name",
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
            "the request carries two signatures",
            "send the signature of the link or the Authorization header, never both",
        );
    }
    if server_error.says("authorization mechanism") {
        return only(
            Code::UnsupportedSignature,
            Allowed::Only(&[Code::UnsupportedSignature]),
            "the server takes no signatures of this version",
            "sign with Signature Version 4: signature_version = s3v4",
        );
    }
    if server_error.says("checksum") {
        return only(
            Code::ChecksumDiffers,
            CHECKSUM,
            "the checksum that was signed or sent is not one of the file",
            "compute it over the very bytes that are sent, or leave it out",
        );
    }
    None
}
