//! Requests that the Worker itself sends to a bucket.

use signer::{
    AuthorizedRequest, Credentials, Dialect, HeaderName, HeaderValue, Method, Signer, UnixTime,
};

use crate::bucket::entry::BucketEntry;
use crate::effect::Effect;

/// Time for an answer: S3 can take long to join thousands of parts.
const DEADLINE_MS: u16 = 60_000;

/// Longest answer read, in bytes: S3 lists a thousand parts at once, about 300 KB of XML.
const MAX_BYTES: u32 = 1 << 20;

/// Makes an effect of a signed request to a bucket.
pub(crate) fn bucket_request(request: AuthorizedRequest, body: String, memo: &str) -> Effect {
    let mut effect = Effect::bucket_request(request.method, request.url, &request.headers);
    if let Effect::BucketRequest { body: no_body, memo: no_memo, .. } = &mut effect {
        (*no_body, *no_memo) = (body, memo.into());
    }
    effect
}

impl BucketEntry {
    /// Signs a request that the Worker itself sends, or a part of an upload, always with version 4.
    pub(crate) fn sign_with<T>(
        &self,
        credentials: &Credentials,
        now: UnixTime,
        sign: impl FnOnce(&Signer<'_>) -> T,
    ) -> T {
        let scope = (self.bucket.region(), Dialect::Amazon);
        self.signing_keys.with(credentials, scope, now, sign)
    }
}

impl Effect {
    /// Makes an effect of a signed request without a body.
    pub(crate) fn bucket_request(
        method: Method,
        url: String,
        headers: &[(HeaderName, HeaderValue)],
    ) -> Self {
        let header = |(name, value): &(HeaderName, HeaderValue)| {
            (name.as_str().into(), value.as_str().into())
        };
        Self::BucketRequest {
            nth: 0,
            method: method.as_str(),
            headers: headers.iter().map(header).collect(),
            url,
            body: String::new(),
            memo: String::new(),
            deadline_ms: DEADLINE_MS,
            max_bytes: MAX_BYTES,
        }
    }

    /// Sets the number, for an incoming request that needs several requests to the bucket.
    #[must_use]
    pub fn as_nth(mut self, number: u16) -> Self {
        if let Self::BucketRequest { nth, .. } = &mut self {
            *nth = number;
        }
        self
    }
}
