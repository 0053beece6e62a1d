//! Errors of the signature, its time and its region.

use super::Entry;
use crate::cause::Code;
use crate::verdict::{Allowed, SHAPE, SIGNATURE, TOKEN};

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &["SignatureDoesNotMatch", "InvalidSignature"],
        Code::SignatureMismatch,
        SIGNATURE,
        "the signature does not match the request: the request was changed after it was signed, or was signed with another secret",
        "use the link unchanged; to find the cause, pass the signed method and headers and the credentials as well",
    ),
    Entry::new(
        &["ExpiredRequest"],
        Code::Expired,
        Allowed::Only(&[Code::Expired]),
        "the server says that the link or form has expired",
        "sign again; if users need more time, sign for longer",
    ),
    Entry::new(
        &["RequestTimeTooSkewed"],
        Code::ClockSkew,
        Allowed::Only(&[Code::ClockSkew]),
        "the server's clock and that of the machine that signs differ by more than 15 minutes",
        "correct the clock of the machine that signs, for example with NTP",
    ),
    Entry::new(
        &["MalformedDate"],
        Code::MalformedParameter,
        SHAPE,
        "the date of the signature has the wrong format",
        "write X-Amz-Date as 20151229T000000Z, in UTC",
    ),
    Entry::new(
        &[
            "AuthorizationQueryParametersError",
            "AuthorizationHeaderMalformed",
            "AuthorizationParametersError",
            "MalformedSecurityHeader",
        ],
        Code::MalformedParameter,
        SHAPE,
        "a part of the signature is missing or malformed, or names another region or service",
        "copy the whole link from the signer's output; sign for the bucket's region and the service s3",
    ),
    Entry::new(
        &["InvalidRegionName", "InvalidRegion"],
        Code::WrongRegion,
        Allowed::Only(&[Code::WrongRegion]),
        "the signature is for a region that the server does not have",
        "configure the signer with the bucket's region: auto for R2",
    ),
    Entry::new(
        &["IncorrectEndpoint", "EndpointNotFound", "IllegalLocationConstraintException"],
        Code::WrongRegion,
        Allowed::Only(&[Code::WrongRegion, Code::WrongHost]),
        "the bucket is in another region than the endpoint that the request was sent to",
        "configure the signer with the bucket's region and the endpoint of that region",
    ),
    Entry::new(
        &["PermanentRedirect", "TemporaryRedirect", "Redirect"],
        Code::WrongHost,
        Allowed::Only(&[Code::WrongRegion, Code::WrongHost]),
        "the bucket is at another endpoint",
        "configure the signer with the bucket's region and the endpoint that the error names, without the bucket's name; a new bucket can take a day to be reachable at the global endpoint",
    ),
    Entry::new(
        &["InvalidHostHeader"],
        Code::WrongStyle,
        Allowed::Only(&[Code::WrongStyle, Code::WrongHost]),
        "the server does not accept this host, or this URL style",
        "sign for the host that the provider documents, with the bucket in the host or in the path as it requires",
    ),
    Entry::new(
        &["UnsupportedSignature"],
        Code::UnsupportedSignature,
        Allowed::Only(&[Code::UnsupportedSignature]),
        "the server does not support this version of the signature or of the session token",
        "sign with Signature Version 4 (signature_version = s3v4); get session tokens from the regional STS endpoint",
    ),
    Entry::new(
        &[
            "MissingAuthenticationToken",
            "AuthenticationRequired",
            "AuthenticationRequiredRequesterPays",
            "required",
            "missing_auth_token",
        ],
        Code::MissingParameter,
        Allowed::Only(&[Code::MissingParameter, Code::HtmlEscaped]),
        "the request has no signature",
        "copy the whole link; in a shell, put it in quotes",
    ),
    Entry::new(
        &["CredentialsNotSupported", "InvalidSecurity"],
        Code::TwoSignatures,
        Allowed::Only(&[Code::TwoSignatures]),
        "the server does not accept the credentials of the request, or does not accept credentials here",
        "send only the signature in the link: no Authorization header and no cookies",
    ),
    Entry::new(
        &["InvalidToken", "InvalidTokenId"],
        Code::TokenWrong,
        TOKEN,
        "the session token belongs to another access key",
        "use an access key, secret and complete token that were issued together",
    ),
    Entry::new(
        &["ExpiredToken", "TokenRefreshRequired", "InvalidSessionException", "expired_auth_token"],
        Code::TokenWrong,
        Allowed::Only(&[Code::TokenWrong]),
        "the session token has expired: a link is valid no longer than the credentials that signed it",
        "get new temporary credentials and sign with them",
    ),
];
