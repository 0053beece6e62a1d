//! Verdicts for errors whose code alone shows the cause.

use super::Verdict;
use super::groups::{Allowed, CHECKSUM, POLICY};
use crate::cause::Code;

/// The verdict for a code; `None` if the code alone does not show the cause.
pub(super) fn by_code(code: &str) -> Option<Verdict> {
    Some(match code {
        "InvalidToken" => Verdict::only(
            Code::TokenWrong,
            Allowed::Only(&[Code::TokenMissing]),
            "the session token belongs to another access key",
            "use an access key, secret and complete token that were issued together",
        ),
        "ExpiredToken" | "TokenRefreshRequired" => Verdict::only(
            Code::TokenWrong,
            Allowed::Only(&[Code::TokenWrong]),
            "the session token has expired: a link is valid no longer than the credentials that signed it",
            "get new temporary credentials and sign with them",
        ),
        "NoSuchKey" => Verdict::only(
            Code::NoSuchKey,
            Allowed::Only(&[Code::NoSuchKey]),
            "the link is valid, but there is no object with this key",
            "check that the upload has finished, and that the key is the same, including case and slashes",
        ),
        "NoSuchBucket" => Verdict::only(
            Code::NoSuchBucket,
            Allowed::Only(&[Code::NoSuchBucket]),
            "this server has no bucket with this name",
            "compare the bucket's name and the endpoint with the provider's console",
        ),
        "BadDigest"
        | "InvalidDigest"
        | "XAmzContentSHA256Mismatch"
        | "XAmzContentChecksumMismatch" => Verdict::only(
            Code::ChecksumDiffers,
            CHECKSUM,
            "the checksum that was signed or sent does not match the file",
            "compute the checksum over exactly the bytes that are sent, or leave it out",
        ),
        "EntityTooLarge" => Verdict::only(
            Code::TooLarge,
            Allowed::Only(&[Code::TooLarge]),
            "the file is larger than the policy allows",
            "send a smaller file, or sign the form for the size of this one",
        ),
        "EntityTooSmall" => Verdict::only(
            Code::TooSmall,
            Allowed::Only(&[Code::TooSmall]),
            "the file is smaller than the policy allows",
            "send the whole file; it is often empty because its stream was already read",
        ),
        "InvalidPolicyDocument" => Verdict::only(
            Code::PolicyDamaged,
            POLICY,
            "the policy is not a policy document",
            "send the policy field exactly as it was signed",
        ),
        _ => return None,
    })
}
