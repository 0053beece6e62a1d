//! Sentences about permissions.

use super::Sentence;
use crate::cause::Code;
use crate::verdict::{Allowed, NOTHING_ELSE};

const DENIED: &[&str] = &["AccessDenied", "AccessForbidden"];

pub(super) const SENTENCES: &[Sentence] = &[
    Sentence {
        codes: DENIED,
        words: "cap exceeded",
        cause: Code::QuotaExceeded,
        allowed: NOTHING_ELSE,
        meaning: "the account has reached a spending cap of the provider",
        cure: "raise the cap in the provider's console",
    },
    Sentence {
        codes: DENIED,
        words: "not authorized to perform: kms:",
        cause: Code::NotAllowed,
        allowed: NOTHING_ELSE,
        meaning: "the signing key may not use the KMS key that encrypts the object",
        cure: "permit it kms:GenerateDataKey to upload and kms:Decrypt to download and for uploads in parts, in the key's policy too",
    },
    Sentence {
        codes: DENIED,
        words: "explicit deny",
        cause: Code::NotAllowed,
        allowed: NOTHING_ELSE,
        meaning: "a policy forbids this action explicitly, so no permission of the signing key helps",
        cure: "find the Deny statement in the policy that the message names: it may require TLS, a network, an encryption header or a tag",
    },
    Sentence {
        codes: DENIED,
        words: "block public access",
        cause: Code::NotAllowed,
        allowed: NOTHING_ELSE,
        meaning: "the bucket blocks public access, so it refuses a public ACL",
        cure: "do not sign or send acl or x-amz-acl: public-read",
    },
    Sentence {
        codes: DENIED,
        words: "blockpublicacls",
        cause: Code::NotAllowed,
        allowed: NOTHING_ELSE,
        meaning: "the bucket blocks public access, so it refuses a public ACL",
        cure: "do not sign or send acl or x-amz-acl: public-read",
    },
    Sentence {
        codes: DENIED,
        words: "no session policy allows",
        cause: Code::NotAllowed,
        allowed: NOTHING_ELSE,
        meaning: "the session that signed was restricted by a session policy, which does not permit this action",
        cure: "permit the action in the policy that is passed when the session is created",
    },
    Sentence {
        codes: DENIED,
        words: "no permissions boundary allows",
        cause: Code::NotAllowed,
        allowed: NOTHING_ELSE,
        meaning: "the permissions boundary of the signing key does not permit this action",
        cure: "permit the action in the boundary as well as in the policy",
    },
    Sentence {
        codes: DENIED,
        words: "anonymous",
        cause: Code::MissingParameter,
        allowed: Allowed::Only(&[Code::MissingParameter, Code::HtmlEscaped]),
        meaning: "the request has no signature that the server reads",
        cure: "send the link with its whole query; a redirect, a proxy or a CDN may remove it",
    },
];
