//! `PUT /files/{bucket}/{key}`: S3's `PutObject`. A network may send as many as the limits of the bucket's rules allow.

use post_object::{Fault, PutObject};
use rules::{Blocked, BoundBucket, COUNTED_PARAMETER, FILES, Origin, STATE_PARAMETER};
use signer::{Credentials, HttpUrl, ReceivedRequest, Verifier};

use crate::exchange::{Action, Exchange};
use crate::forms::finish::Continuation;
use crate::forms::reply::{refuse, with_cors};
use crate::forms::write_object::WriteObject;
use crate::routes::forms::{arrive, checked_with_any, count, received, unknown_grant};

pub(super) fn respond(name: &str, exchange: Exchange<'_>) -> Action {
    // Log only a configured name: any other text may be a key.
    let Some(bucket) = exchange.site.rules().and_then(|rules| rules.bound_bucket(name)) else {
        return Action::Answer(refuse(Fault::NoBucket));
    };
    exchange.record.borrow_mut().rule(&format!("{FILES}/{name}"));
    let origin = bucket.origin(exchange.request.headers.origin).map(Origin::as_str);
    let action = match count(bucket, exchange).and_then(|()| receive(bucket, origin, exchange)) {
        Ok(action) => Ok(action),
        Err(Blocked::Pending(effect)) => Ok(Action::Perform(effect)),
        Err(Blocked::Refused(fault)) => Err(fault),
    };
    match action.unwrap_or_else(|fault| Action::Answer(refuse(fault))) {
        Action::Answer(answer) => Action::Answer(with_cors(answer, origin)),
        action => action,
    }
}

/// Decides by the URL and the headers, before any of the body is read.
fn receive(
    bucket: BoundBucket<'_>,
    origin: Option<&str>,
    exchange: Exchange<'_>,
) -> Result<Action, Blocked<Fault>> {
    let Exchange { site, request, ambient, .. } = exchange;
    let credentials = bucket.credentials(site.secrets(), ambient.now);
    if credentials.is_empty() || site.lacks(bucket.binding()) {
        return Err(Blocked::Refused(Fault::NotConfigured));
    }
    if request.headers.authorization.is_some() {
        let expected = "none beside the signature of a presigned URL";
        return Err(Blocked::Refused(Fault::InvalidField { field: "Authorization", expected }));
    }
    let headers = request.results.headers();
    let headers = headers.map_err(|blocked| blocked.map(|_| Fault::NotConfigured))?;
    let url = [request.url.base, request.url.path].concat();
    let key = bucket.at_worker(request.url.base).and_then(|bucket| bucket.key_of(&url));
    let invalid_key = Fault::InvalidField { field: "key", expected: "a key of an object" };
    let key = key.ok_or(Blocked::Refused(invalid_key))?;
    let url = HttpUrl::parse(&url).ok_or(Blocked::Refused(Fault::NoBucket))?;
    // A proxy may have replaced the header `Host`.
    let others = headers.iter().filter(|(name, _)| *name != "host");
    let headers: Vec<_> = others.chain([("host", url.authority())]).collect();
    let (path, query) = (url.path(), request.url.query);
    let received_put = ReceivedRequest { method: request.method, path, query, headers: &headers };
    let put = checked_with_any(&credentials, |credentials: &Credentials| {
        let verifier = Verifier::new(credentials, bucket.bucket().region(), ambient.now);
        PutObject::check(&received_put, &verifier)
    })
    .map_err(Blocked::Refused)?;
    let counted = request.query(COUNTED_PARAMETER);
    let state = counted.clone().or_else(|| request.query(STATE_PARAMETER));
    let grant = received(&bucket, state.as_deref(), key.as_str(), exchange);
    let grant = grant.map_err(Blocked::Refused)?;
    if counted.is_some() && grant.is_none() {
        return Err(Blocked::Refused(unknown_grant()));
    }
    let arrival = arrive(grant.as_ref(), put.length, exchange)?;
    let continuation = Continuation::of_put(&bucket, &put, &key, origin, grant, arrival);
    let write = WriteObject::of_put(&bucket, &key, put, continuation);
    Ok(Action::WriteObject(Box::new(write)))
}
