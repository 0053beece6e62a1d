//! Errors whose code alone says what is wrong.

use super::Verdict;
use super::groups::{Allowed, CHECKSUM, POLICY};
use crate::Code;

/// What the code says, whatever else is known.
pub(super) fn plain(code: &str) -> Option<Verdict> {
    Some(match code {
        "InvalidToken" => Verdict::only(
            Code::TokenWrong,
            Allowed::Only(&[Code::TokenMissing]),
            "the session token is not that of the access key",
            "take access key, secret and token from one and the same answer, and the token whole",
        ),
        "ExpiredToken" | "TokenRefreshRequired" => Verdict::only(
            Code::TokenWrong,
            Allowed::Only(&[Code::TokenWrong]),
            "the session token has run out: a link lives no longer than the credentials that signed it",
            "get new temporary credentials, and sign with those",
        ),
        "NoSuchKey" => Verdict::only(
            Code::NoSuchKey,
            Allowed::Only(&[Code::NoSuchKey]),
            "the link is right, but there is no object under its key",
            "look whether the upload is done, and whether the key is spelled alike, case and slashes included",
        ),
        "NoSuchBucket" => Verdict::only(
            Code::NoSuchBucket,
            Allowed::Only(&[Code::NoSuchBucket]),
            "there is no bucket of that name at this server",
            "compare the bucket's name and the endpoint with those of the provider's console",
        ),
        "BadDigest"
        | "InvalidDigest"
        | "XAmzContentSHA256Mismatch"
        | "XAmzContentChecksumMismatch" => Verdict::only(
            Code::ChecksumDiffers,
            CHECKSUM,
            "the checksum that was signed or sent is not that of the file",
            "compute it over the very bytes that are sent, or leave it out",
        ),
        "EntityTooLarge" => Verdict::only(
            Code::TooLarge,
            Allowed::Only(&[Code::TooLarge]),
            "the file is larger than the policy allows",
            "send a smaller file, or have the form signed for this one's size",
        ),
        "EntityTooSmall" => Verdict::only(
            Code::TooSmall,
            Allowed::Only(&[Code::TooSmall]),
            "the file is smaller than the policy allows",
            "send the whole file; an empty one often means that it was read before",
        ),
        "InvalidPolicyDocument" => Verdict::only(
            Code::PolicyDamaged,
            POLICY,
            "the policy is no policy document",
            "send the field policy as it was signed, to the last character",
        ),
        _ => return None,
    })
}
