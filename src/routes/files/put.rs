//! `PUT /files/{bucket}/{key}`: S3's `PutObject`. A network may send as many as the limits of the bucket's rules allow.

use post_object::{Fault, PutObject};
use rules::{Blocked, BoundBucket, STATE_PARAMETER};
use signer::{Credentials, HttpUrl, ReceivedRequest, Verifier};

use crate::exchange::{Action, Exchange};
use crate::forms::finish::Continuation;
use crate::forms::write_object::WriteObject;
use crate::routes::forms::{checked_with_any, count, received};

pub(super) fn respond(
    bucket: BoundBucket<'_>,
    origin: Option<&str>,
    exchange: Exchange<'_>,
) -> Result<Action, Fault> {
    match count(bucket, exchange) {
        Ok(()) => receive(bucket, origin, exchange),
        Err(Blocked::Pending(effect)) => Ok(Action::Perform(effect)),
        Err(Blocked::Refused(fault)) => Err(fault),
    }
}

/// Decides by the URL and the headers, before any of the body is read.
fn receive(
    bucket: BoundBucket<'_>,
    origin: Option<&str>,
    exchange: Exchange<'_>,
) -> Result<Action, Fault> {
    let Exchange { site, request, ambient, .. } = exchange;
    let credentials = bucket.credentials(site.secrets(), ambient.now);
    if credentials.is_empty() || site.lacks(bucket.binding()) {
        return Err(Fault::NotConfigured);
    }
    if request.headers.authorization.is_some() {
        let expected = "none beside the signature of a presigned URL";
        return Err(Fault::InvalidField { field: "Authorization", expected });
    }
    let url = [request.url.base, request.url.path].concat();
    let key = bucket.at_worker(request.url.base).and_then(|bucket| bucket.key_of(&url));
    let key = key.ok_or(Fault::InvalidField { field: "key", expected: "a key of an object" })?;
    let url = HttpUrl::parse(&url).ok_or(Fault::NoBucket)?;
    // A proxy may have replaced the header `Host`.
    let others = request.headers.all.iter().filter(|(name, _)| name != "host");
    let others = others.map(|(name, value)| (name.as_str(), value.as_str()));
    let headers: Vec<_> = others.chain([("host", url.authority())]).collect();
    let (path, query) = (url.path(), request.url.query);
    let received_put = ReceivedRequest { method: request.method, path, query, headers: &headers };
    let put = checked_with_any(&credentials, |credentials: &Credentials| {
        let verifier = Verifier::new(credentials, bucket.bucket().region(), ambient.now);
        PutObject::check(&received_put, &verifier)
    })?;
    let state = request.query(STATE_PARAMETER);
    let grant = received(&bucket, state.as_deref(), key.as_str(), exchange)?;
    let continuation = Continuation::of_put(&bucket, &put, &key, origin, grant);
    let write = WriteObject::of_put(&bucket, &key, put, continuation);
    Ok(Action::WriteObject(Box::new(write)))
}
