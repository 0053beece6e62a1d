//! Errors of access keys, permissions and accounts.

use super::Entry;
use crate::cause::Code;
use crate::verdict::{Allowed, KEY, NOTHING_ELSE};

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &["AccessDenied", "forbidden", "insufficientPermissions", "access_denied"],
        Code::NotAllowed,
        Allowed::AllButTime,
        "the server knows the signing key, but does not permit this action",
        "permit the signing key this action on this object: `signpost iam` writes the policy; check that no bucket policy denies it",
    ),
    Entry::new(
        &["InvalidAccessKeyId", "Unauthorized", "authError", "bad_auth_token"],
        Code::UnknownKey,
        KEY,
        "the server does not know the access key",
        "check whether the access key was deleted, belongs to another provider or account, or was copied incompletely",
    ),
    Entry::new(
        &[
            "UserSuspended",
            "AllAccessDisabled",
            "InvalidPayer",
            "accountDisabled",
            "countryBlocked",
        ],
        Code::AccountProblem,
        NOTHING_ELSE,
        "the provider has disabled access for this account, user or object",
        "ask the provider, or the administrator of the server, why it was disabled",
    ),
    Entry::new(
        &[
            "AccountProblem",
            "NotSignedUp",
            "NotEntitled",
            "UserProjectAccountProblem",
            "UnauthorizedAccessError",
        ],
        Code::AccountProblem,
        NOTHING_ELSE,
        "the account may not use this service: the subscription, the billing account or a licence is missing",
        "check billing and subscriptions in the provider's console; in the China regions, the bucket needs an ICP licence",
    ),
    Entry::new(
        &["UserProjectMissing", "UserProjectInvalid", "UserProjectInconsistent"],
        Code::AccountProblem,
        NOTHING_ELSE,
        "the bucket makes requesters pay, and the request does not name a valid project to bill",
        "sign the link with the parameter userProject=<project>",
    ),
    Entry::new(
        &["UserProjectAccessDenied"],
        Code::NotAllowed,
        NOTHING_ELSE,
        "the signing account may not bill requests to the project that the request names",
        "grant it the permission serviceusage.services.use on that project",
    ),
    Entry::new(
        &["AccessForbidden"],
        Code::Cors,
        Allowed::Only(&[Code::Cors]),
        "the bucket's CORS rules do not permit this origin, method or header",
        "apply the output of `signpost cors` to the bucket; the browser's console names the missing header",
    ),
    Entry::new(
        &["UnexpectedIPError", "orgPolicyConstraintFailed"],
        Code::NotAllowed,
        NOTHING_ELSE,
        "a policy of the provider or of the organization does not permit this request, for example from this network",
        "send the request from a permitted network, or ask who wrote the policy",
    ),
    Entry::new(
        &["AccessControlListNotSupported", "UnsupportedAcl"],
        Code::NotSupported,
        NOTHING_ELSE,
        "the bucket does not support this ACL: most buckets have no ACLs",
        "do not sign or send acl or x-amz-acl; make objects public by a bucket policy instead",
    ),
    Entry::new(
        &["AmbiguousGrantByEmailAddress", "UnresolvableGrantByEmailAddress"],
        Code::NotSupported,
        NOTHING_ELSE,
        "the ACL grants access to an e-mail address that does not belong to exactly one account",
        "grant access by the account's canonical id, or by a bucket policy",
    ),
    Entry::new(
        &["InvalidBucketOwnerAWSAccountID"],
        Code::NotAllowed,
        NOTHING_ELSE,
        "x-amz-expected-bucket-owner is not an account id",
        "sign the id of the account that owns the bucket: 12 digits",
    ),
    Entry::new(
        &[
            "InsufficientQuota",
            "QuotaExceeded",
            "InsufficientCapacity",
            "XMinioAdminBucketQuotaExceeded",
            "XMinioStorageFull",
            "cap_exceeded",
            "storage_cap_exceeded",
        ],
        Code::QuotaExceeded,
        NOTHING_ELSE,
        "the account, the bucket, the disk or the file system is full, or a spending limit has been reached",
        "raise the quota or the cap in the provider's console, or delete objects",
    ),
    Entry::new(
        &["download_cap_exceeded", "transaction_cap_exceeded"],
        Code::QuotaExceeded,
        NOTHING_ELSE,
        "the account has reached its daily cap for downloads or requests",
        "raise the cap in the provider's console, or wait until the next day",
    ),
];
