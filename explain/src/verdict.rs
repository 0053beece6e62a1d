//! The meaning of a server's error: the causes it permits, and a fallback cause.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>

mod cors;
mod denied;
mod google;
mod groups;
mod key;
mod not_implemented;
mod redirect;
mod sentences;

pub(crate) use self::cors::cors;
use self::denied::{denied, expired};
pub(crate) use self::groups::{
    Allowed, CHECKSUM, FORM, KEY, NOTHING_ELSE, POLICY, SHAPE, SIGNATURE, TOKEN,
};
use self::key::key_id;
pub(crate) use self::key::token_missing;
use self::not_implemented::not_implemented;
use self::redirect::{redirected, wrong_region};
use self::sentences::sentence;
use crate::catalogue::Entry;
use crate::cause::{Cause, Code};
use crate::context::KnownBucket;
use crate::evidence::Evidence;
use crate::link::Link;
use crate::server_error::ServerError;
use crate::{expiry, mask};

const LOOK_UP: &str = "the cause is unknown: look up the code in the provider's documentation";

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

    fn only(
        code: Code,
        allowed: Allowed,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { allowed, fallback: Some(Cause::new(code, message, hint)) }
    }

    /// The verdict that follows from an error and the evidence.
    pub(crate) fn of(
        server_error: &ServerError,
        evidence: &Evidence,
        buckets: &[KnownBucket],
    ) -> Self {
        let verdict = Self::of_s3(server_error, evidence, buckets);
        let scheme = evidence.link.as_ref().and_then(Link::other_scheme);
        match verdict.allowed {
            // Servers other than S3 do not say whether it is the time, and know no policies of S3.
            Allowed::AllButTime if scheme.is_some_and(|scheme| !scheme.is_of_s3) => {
                Self { allowed: Allowed::All, fallback: Some(unexplained(server_error, LOOK_UP)) }
            }
            _ => verdict,
        }
    }

    fn of_s3(server_error: &ServerError, evidence: &Evidence, buckets: &[KnownBucket]) -> Self {
        if is_expired_link(server_error, evidence) {
            return expired();
        }
        if let Some(verdict) = sentence(server_error) {
            return verdict;
        }
        match server_error.code() {
            "AccessDenied" => denied(server_error),
            "RequestTimeTooSkewed" => Self {
                allowed: Allowed::Only(&[Code::ClockSkew]),
                fallback: Some(expiry::by_server(server_error)),
            },
            // The diagnosis of the signature has its own words.
            "SignatureDoesNotMatch" => Self { allowed: SIGNATURE, fallback: None },
            "InvalidAccessKeyId" | "Unauthorized" => key_id(evidence),
            "AuthorizationQueryParametersError" | "AuthorizationHeaderMalformed" => {
                wrong_region(server_error, evidence, buckets)
                    .unwrap_or_else(|| by_code(server_error))
            }
            "PermanentRedirect" | "TemporaryRedirect" | "IllegalLocationConstraintException" => {
                redirected(server_error, evidence, buckets)
            }
            "NotImplemented" | "MethodNotAllowed" => not_implemented(server_error, evidence),
            "InvalidRegionName" | "InvalidRegion" => wrong_region(server_error, evidence, buckets)
                .unwrap_or_else(|| by_code(server_error)),
            "AccessForbidden" => cors(evidence, buckets),
            "MalformedSecurityHeader" => google::security_header(server_error),
            _ => by_code(server_error),
        }
    }
}

/// The verdict of the catalogue, or one that repeats what the server says.
fn by_code(server_error: &ServerError) -> Verdict {
    let Some(entry) = Entry::of(server_error.code()) else {
        return Verdict {
            allowed: Allowed::AllButTime,
            fallback: Some(unexplained(server_error, LOOK_UP)),
        };
    };
    // An error of many causes: what the server says is more exact than what the code means.
    if entry.cause == Code::Refused && entry.allowed.has(Code::SignatureMismatch) {
        return Verdict {
            allowed: entry.allowed,
            fallback: Some(unexplained(server_error, entry.cure)),
        };
    }
    if entry.cause == Code::MalformedParameter && !server_error.message().is_empty() {
        let said = format!(
            "{} {}",
            server_error.message(),
            server_error.field("Details").unwrap_or_default()
        );
        let message = format!("{}: {}", entry.meaning, mask::sentence(&said));
        return Verdict::only(entry.cause, entry.allowed, message, entry.cure);
    }
    Verdict::only(entry.cause, entry.allowed, entry.meaning, entry.cure)
}

/// Whether the server says that the link or form has expired. `ExpiredToken` is Amazon's word for a session, and Google's
/// for a link.
fn is_expired_link(server_error: &ServerError, evidence: &Evidence) -> bool {
    let is_google = evidence.link.as_ref().is_some_and(|link| {
        link.dialect() == Some(signer::Dialect::Google) || link.decoded("GoogleAccessId").is_some()
    });
    let details = server_error.details();
    let says = |words: &str| details.contains(words) || server_error.says(words);
    match server_error.code() {
        "ExpiredRequest" => true,
        "ExpiredToken" => is_google || details.contains("expired"),
        _ => {
            says("request has expired")
                || says("signature expired")
                || says("policy expired")
                || says("policy has expired")
        }
    }
}

fn unexplained(server_error: &ServerError, hint: &str) -> Cause {
    let code = mask::short(server_error.code());
    let message = match mask::sentence(server_error.message()) {
        text if text.is_empty() => format!("the server rejected the request with {code}"),
        text => format!("the server rejected the request with {code}: {text}"),
    };
    let details = server_error.field("Details").map(mask::sentence);
    let message = details.map_or(message.clone(), |details| format!("{message} {details}"));
    let argument = server_error.field("ArgumentName").map(|name| mask::short(name));
    let message = match argument {
        Some(name) => format!("{message} (the argument {name})"),
        None => message,
    };
    Cause::new(Code::Refused, message, hint)
}
