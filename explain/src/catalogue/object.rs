//! Errors of buckets, objects and their contents.

use super::Entry;
use crate::cause::Code;
use crate::verdict::{Allowed, CHECKSUM, NOTHING_ELSE};

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &["NoSuchKey", "Not Found", "notFound", "not_found", "file_not_present"],
        Code::NoSuchKey,
        Allowed::Only(&[Code::NoSuchKey]),
        "the link is valid, but there is no object with this key",
        "check that the upload has finished, and that the key is the same, including case, slashes and accents",
    ),
    Entry::new(
        &["NoSuchBucket", "bad_bucket_id"],
        Code::NoSuchBucket,
        Allowed::Only(&[Code::NoSuchBucket]),
        "this server has no bucket with this name",
        "compare the bucket's name and the endpoint with the provider's console: on R2, a bucket with a jurisdiction has an endpoint of its own, such as <account>.eu.r2.cloudflarestorage.com",
    ),
    Entry::new(
        &["NoSuchVersion"],
        Code::NoSuchKey,
        NOTHING_ELSE,
        "the object has no version with this id",
        "sign without versionId, or with the id of an existing version",
    ),
    Entry::new(
        &[
            "BadDigest",
            "InvalidDigest",
            "XAmzContentSHA256Mismatch",
            "XAmzContentChecksumMismatch",
            "CrcMismatch",
            "UnprocessableEntity",
        ],
        Code::ChecksumDiffers,
        CHECKSUM,
        "the checksum that was signed or sent does not match the file",
        "compute the checksum over exactly the bytes that are sent, or leave it out",
    ),
    Entry::new(
        &[
            "InvalidRange",
            "InvalidPartNumber",
            "range_not_satisfiable",
            "requestedRangeNotSatisfiable",
        ],
        Code::InvalidRange,
        NOTHING_ELSE,
        "the object is shorter than the range or part that was requested",
        "request a range within the object's size, which HEAD returns",
    ),
    Entry::new(
        &["PreconditionFailed", "conditionNotMet"],
        Code::PreconditionFailed,
        NOTHING_ELSE,
        "a condition of the request is not met: with If-None-Match: *, an object with this key exists; with If-Match, it has changed",
        "choose another key, or sign without the condition if the object may be replaced",
    ),
    Entry::new(
        &["InvalidWriteOffset"],
        Code::PreconditionFailed,
        NOTHING_ELSE,
        "the request appends to an object whose size is not the offset in x-amz-write-offset-bytes",
        "read the size of the object with HEAD, and sign the next part with that offset",
    ),
    Entry::new(
        &["NotModified"],
        Code::PreconditionFailed,
        NOTHING_ELSE,
        "the object has not changed since the client received it",
        "use the copy in the cache: this is not an error",
    ),
    Entry::new(
        &["ConditionalRequestConflict", "ConcurrentModification", "OperationAborted", "conflict"],
        Code::PreconditionFailed,
        NOTHING_ELSE,
        "another request changes the same object at the same time",
        "send the request again; for an upload in parts, begin a new upload",
    ),
    Entry::new(
        &["InvalidObjectState"],
        Code::Archived,
        NOTHING_ELSE,
        "the object is archived, so it cannot be read",
        "restore the object first, or use a storage class with immediate access",
    ),
    Entry::new(
        &[
            "ObjectLockedByBucketPolicy",
            "Locked",
            "objectUnderActiveHold",
            "retentionPolicyNotMet",
            "MaxVersionsExceeded",
        ],
        Code::Locked,
        NOTHING_ELSE,
        "the object must not be replaced or deleted: a lock, a hold or a retention period protects it",
        "upload with another key, or wait until the retention period ends",
    ),
    Entry::new(
        &["InvalidBucketState", "bucket_missing_file_lock"],
        Code::Locked,
        NOTHING_ELSE,
        "the bucket's settings do not permit this request: Object Lock needs versioning",
        "enable versioning and Object Lock, or sign without x-amz-object-lock- headers",
    ),
];
