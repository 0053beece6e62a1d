//! Errors of a server that cannot answer now.

use super::Entry;
use crate::cause::Code;
use crate::verdict::NOTHING_ELSE;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &[
            "SlowDown",
            "SlowDownRead",
            "SlowDownWrite",
            "TooManyRequests",
            "too_many_requests",
            "rateLimitExceeded",
        ],
        Code::Refused,
        NOTHING_ELSE,
        "the server receives too many requests: for this bucket, for this key or from this account",
        "retry after a pause that grows with each attempt; R2 accepts one write a second for each key",
    ),
    Entry::new(
        &[
            "ServiceUnavailable",
            "ServerBusy",
            "XMinioServerNotInitialized",
            "XMinioBucketMetadataNotInitialized",
            "XMinioIAMNotInitialized",
            "XMinioBackendDown",
            "service_unavailable",
            "backendError",
        ],
        Code::Refused,
        NOTHING_ELSE,
        "the server is starting, or is temporarily unavailable",
        "retry after a pause; a signed link stays valid until it expires",
    ),
    Entry::new(
        &["InternalError", "UnknownError", "XGCSInternalError", "internal_error"],
        Code::Refused,
        NOTHING_ELSE,
        "the server failed with an error of its own",
        "retry; if it persists, look at the provider's status page or the server's log",
    ),
];
