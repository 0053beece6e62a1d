//! `/forms/{bucket}/`: S3's `PostObject`, for a bucket that is bound to the Worker.
//!
//! The form's policy limits what it can do, so the path names no rule and the request needs no token. A network may send as
//! many forms as the limits of the bucket's rules allow. Errors are S3's XML, since the sender expects S3.

use error_code::ErrorCode;
use post_object::{Boundary, Fault, FileLength, FormHead, Upload};
use rules::{
    Arrival, Blocked, BoundBucket, COUNTED_FIELD, Denial, ReceivedForm, STATE_FIELD, is_hidden,
};
use signer::{Credentials, Refusal, Verifier};

use crate::exchange::{Action, Exchange};
use crate::forms::finish::Continuation;
use crate::forms::read_head::ReadHead;
use crate::forms::reply::{refuse, with_cors};
use crate::forms::write_object::WriteObject;
use crate::http::answer::Answer;

#[inline(never)] // keeps rare code out of the function that V8 compiles for all routes
pub(crate) fn respond(path: &str, exchange: Exchange<'_>) -> Action {
    let name = path.strip_suffix('/').unwrap_or(path);
    // Log only a configured name: any other text may be a key.
    let Some(bucket) = exchange.site.rules().and_then(|rules| rules.bound_bucket(name)) else {
        return Action::Answer(refuse(Fault::NoBucket));
    };
    exchange.record.borrow_mut().rule(&format!("forms/{name}"));
    let origin = bucket.origin(exchange.request.headers.origin).map(rules::Origin::as_str);
    let action = match exchange.request.method {
        "OPTIONS" if origin.is_some() => Ok(Action::Answer(preflight())),
        "OPTIONS" => Err(Fault::Origin),
        "POST" => {
            let received = count(bucket, exchange).and_then(|()| receive(bucket, origin, exchange));
            match received {
                Ok(action) => Ok(action),
                Err(Blocked::Pending(effect)) => Ok(Action::Perform(effect)),
                Err(Blocked::Refused(fault)) => Err(fault),
            }
        }
        _ => return Action::Answer(refuse(Fault::Method).with("allow", "POST, OPTIONS")),
    };
    match action.unwrap_or_else(|fault| Action::Answer(refuse(fault))) {
        Action::Answer(answer) => Action::Answer(with_cors(answer, origin)),
        action => action,
    }
}

/// Counts a form or a PUT against the rate limits of the bucket's rules, before any of it is read.
pub(crate) fn count(bucket: BoundBucket<'_>, exchange: Exchange<'_>) -> Result<(), Blocked<Fault>> {
    let context = exchange.auth_context(exchange.request.client());
    bucket.count_form(&context).map_err(|blocked| {
        blocked.map(|denial| match denial {
            Denial::TooManyRequests { retry_after } => Fault::SlowDown { retry_after },
            _ => Fault::LimitUnavailable,
        })
    })
}

/// Reads the head of the form, then decides by it.
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
    let boundary = Boundary::from_content_type(request.headers.content_type.unwrap_or_default());
    let boundary = boundary.map_err(Blocked::Refused)?;
    let length = request.headers.content_length.and_then(|length| length.parse().ok());
    let length = length.ok_or(Blocked::Refused(Fault::LengthMissing))?;
    let Some(head) = request.body else {
        return Ok(Action::ReadHead(ReadHead::new(&bucket, origin)));
    };
    let head = FormHead::read(head, &boundary).map_err(Blocked::Refused)?;
    let check = |credentials: &Credentials| {
        let verifier = Verifier::new(credentials, bucket.bucket().region(), ambient.now);
        Upload::check(&head, &boundary, length, bucket.bucket(), &verifier)
    };
    let upload = checked_with_any(&credentials, check).map_err(Blocked::Refused)?;
    check_name(&head.filename, upload.key.as_str()).map_err(Blocked::Refused)?;
    let field = |name: &str| {
        let mut fields = head.fields.iter();
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    // The policy requires the first if the Worker must know the grant, so it is neither left out nor changed.
    let state = field(COUNTED_FIELD).or(field(STATE_FIELD));
    let form = received(&bucket, state, upload.key.as_str(), exchange).map_err(Blocked::Refused)?;
    if field(COUNTED_FIELD).is_some() && form.is_none() {
        return Err(Blocked::Refused(unknown_grant()));
    }
    let max_bytes = match upload.file_length {
        FileLength::Exact(bytes) | FileLength::AtMost(bytes) => bytes,
    };
    let max_bytes = max_bytes.min(*upload.content_length.end());
    let arrival = arrive(form.as_ref(), max_bytes, exchange)?;
    let continuation = Continuation::new(&bucket, &upload, origin, form, arrival);
    let write = WriteObject::new(&bucket, &head, &boundary, upload, continuation);
    Ok(Action::WriteObject(Box::new(write)))
}

/// Finds out for whom an upload was signed, if its rule follows uploads. Then receipts must be possible before the file is stored, and
/// the client must be where the rule can be used.
pub(crate) fn received(
    bucket: &BoundBucket<'_>,
    state: Option<&str>,
    key: &str,
    exchange: Exchange<'_>,
) -> Result<Option<ReceivedForm>, Fault> {
    let Exchange { site, ambient, .. } = exchange;
    let Some(state) = state else { return Ok(None) };
    let grant = bucket.received(state, key, site.secrets(), ambient.now);
    let checked = site.rules().map_or(Ok(()), |rules| rules.check_issuer(site.secrets()));
    checked.map_err(|_| Fault::NotConfigured)?;
    if let Some(grant) = &grant {
        bucket.check_place(grant, &exchange.request.client()).map_err(|denial| denied(&denial))?;
    }
    Ok(grant)
}

fn denied(denial: &Denial) -> Fault {
    Fault::Denied { code: denial.code(), why: denial.to_string() }
}

/// Begins to receive a file of at most `max_bytes`, if its arrival counts.
pub(crate) fn arrive(
    grant: Option<&ReceivedForm>,
    max_bytes: u64,
    exchange: Exchange<'_>,
) -> Result<Option<Arrival>, Blocked<Fault>> {
    let Some(grant) = grant else { return Ok(None) };
    grant
        .arrive(max_bytes, exchange.request.results, exchange.ambient)
        .map_err(|blocked| blocked.map(|denial| denied(&denial)))
}

/// Refuses what counts by a rule that is not known.
pub(crate) fn unknown_grant() -> Fault {
    let why = "this was signed by a rule that this Worker no longer has: request another".into();
    Fault::Denied { code: ErrorCode::AccessDenied, why }
}

/// Rejects a file's name that the JSON API would reject too, if the form makes it part of the key.
fn check_name(filename: &str, key: &str) -> Result<(), Fault> {
    if filename.contains(is_hidden) && key.ends_with(filename) {
        let expected = "a name without control or invisible characters";
        return Err(Fault::InvalidField { field: "file", expected });
    }
    Ok(())
}

/// Checks with each set of credentials: during a key rotation, either may have signed the upload.
pub(crate) fn checked_with_any<T>(
    credentials: &[Credentials],
    check: impl Fn(&Credentials) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let mut fault = Fault::Refused(Refusal::AccessKeyId);
    for credentials in credentials {
        match check(credentials) {
            Err(Fault::Refused(Refusal::AccessKeyId)) => {}
            // A new secret can have the old access key.
            Err(Fault::Refused(Refusal::Signature)) => fault = Fault::Refused(Refusal::Signature),
            checked => return checked,
        }
    }
    Err(fault)
}

fn preflight() -> Answer {
    Answer::empty(204)
        .with("access-control-allow-methods", "POST")
        .with("access-control-allow-headers", "*")
        .with("access-control-max-age", "7200")
}
