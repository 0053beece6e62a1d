//! What a refusal says to whoever is refused.

use core::fmt;

use super::Denial;
use crate::config::quantity::display_size;
use crate::state::Ended;

const FORM_IN_USE: &str = "this upload is valid once, and another request is sending its file: if that request fails, send the file again; otherwise request another upload";

const STATE_NOT_BOUND: &str = r#"this rule needs the Durable Object SignpostState, which is not bound: add `[[durable_objects.bindings]]` with `name = "SIGNPOST_STATE"` and `class_name = "SignpostState"`, and `[[migrations]]` with `tag = "signpost-state"` and `new_sqlite_classes = ["SignpostState"]`, to wrangler.toml, and deploy again"#;

const TOO_MANY_LINKS: &str = "this caller has 1000 links of this rule that have not ended: revoke some, or wait until they expire";

impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRule => "no rule has this name",
            Self::NoMultipart => "this rule does not accept files in parts",
            Self::NoSuchUpload => "no such upload for this rule and caller, or it has expired",
            Self::NoLinks => "this rule answers with the object itself, so there is no link to it",
            Self::LinksOnly => "this rule gives out links, and sends no objects itself",
            Self::NoSuchKey => {
                "the bucket has no such object yet, or does not let the credentials of this Worker read it"
            }
            Self::UploadMismatch { property: "time", .. } => {
                "the object was already there when the upload was granted: the file has not arrived"
            }
            Self::UploadMismatch { property, deleted } => {
                let deleted = if *deleted { ", and has been deleted" } else { "" };
                return write!(f, "the object is not the upload that was granted, since its {property} differs{deleted}");
            }
            Self::IssuerUnavailable => {
                "the issuer's key cannot sign: it must be a private key as a JWK, whose parts belong together"
            }
            Self::InvalidPart { number, why } => return write!(f, "part {number} {why}"),
            Self::StoreUnavailable => "the bucket did not answer",
            Self::OriginNotAllowed => "this origin is not among the rule's origins",
            Self::EmbeddedElsewhere => {
                "another site's page can link to this address, but not embed it: only pages of the rule's origins can"
            }
            Self::NetworkNotAllowed => "this rule may not be used from this network",
            Self::CountryNotAllowed => "this rule may not be used from this country",
            Self::OutsideHours => "this rule may not be used at this time of day or week",
            Self::HoursUnavailable => "the Worker does not know the rule's time zone",
            Self::TokenMissing => {
                "this rule requires a token: send `Authorization: Bearer <token>`"
            }
            Self::TokenInvalid => "the token is not valid for this rule",
            Self::TokenRefused { why, .. } => return write!(f, "the token {why}"),
            Self::TokenExpired => "the token has expired: get a new one",
            Self::TicketLimit { name } => {
                return write!(f, "the ticket is for another `{name}`");
            }
            Self::KeysUnavailable(_) => "the issuer's keys are not available at the moment",
            Self::CallerUnavailable => "who sent the request cannot be found out at the moment",
            Self::ChallengeMissing => {
                "this rule requires a solved Turnstile challenge: send its token as `Turnstile-Token`"
            }
            Self::ChallengeUnavailable => "Turnstile is not available at the moment",
            Self::TooManyRequests { retry_after } => {
                return write!(f, "too many requests: wait {retry_after} seconds");
            }
            Self::LimitUnavailable => "the rule's rate limit cannot be checked",
            Self::NoSuchLink => "there is no such link",
            Self::LinkEnded(ended) => of_link(*ended),
            Self::TooManyLinks => TOO_MANY_LINKS,
            Self::ShortLinksOnly => {
                "this rule makes a new link for each request: send `Accept: application/json`, or POST a list of paths"
            }
            Self::StateNotBound => STATE_NOT_BOUND,
            Self::QuotaExceeded { left } => return write!(f, "{left}"),
            Self::FormUsed => "this upload is valid once, and has been used: request another",
            Self::FormInUse => FORM_IN_USE,
            Self::StateUnavailable => "the state that this rule needs cannot be read at the moment",
            Self::CredentialsExpired => "the bucket's credentials have expired",
            Self::CredentialsUnavailable { .. } => {
                "the bucket's credentials cannot be renewed at the moment"
            }
            Self::NoPolicy { why } => {
                return write!(f, "this caller gets no credentials, since its prefix {why}");
            }
            Self::InvalidArgument { name, why } => return write!(f, "`{name}` {why}"),
            Self::SizeMissing => {
                "the file's size is missing: without it, the rule's size limit cannot be enforced"
            }
            Self::NoPut => {
                "this bucket accepts files only by form, since its signed URLs cannot limit the size"
            }
            Self::TooSmall => "`size` is 0, and empty files are not accepted",
            Self::TooLarge { max } => {
                return write!(f, "the file is larger than the limit of {}", display_size(*max));
            }
            Self::TypeNotAllowed { allowed } => {
                return write!(f, "this type is not accepted, only {allowed}");
            }
            Self::InvalidKey(error) => return error.fmt(f),
            Self::MetadataTooLarge { max } => {
                return write!(f, "`metadata` is longer than {max} bytes, names and values together");
            }
            Self::NoForms => {
                "this bucket's provider does not accept forms: request an upload by POST, and send the file by PUT"
            }
            Self::NoPlainForm => {
                "this rule makes the key from the file's name, which a form without scripts does not know: request an upload by POST"
            }
            Self::SecretMissing { name } => {
                return write!(f, "the secret {} is not set", name.as_str());
            }
            Self::SecretMalformed { name, expected } => {
                return write!(f, "the secret {} must be {expected}", name.as_str());
            }
            Self::SecretTooShort { name, min } => {
                return write!(f, "the secret {} is shorter than {min} bytes", name.as_str());
            }
        })
    }
}

const fn of_link(ended: Ended) -> &'static str {
    match ended {
        Ended::Used => "this link has been used as often as it may be",
        Ended::Revoked => "this link has been revoked",
        Ended::Expired => "this link has expired",
    }
}
