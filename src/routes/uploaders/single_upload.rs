//! The upload of a file in one request, for clients that accept a form or a PUT.

use rules::{Blocked, Caller, UploadRequest, UploadRule};
use serde_json::{Map, Value, json};
use signer::HeaderName;

use crate::exchange::Exchange;
use crate::http::problem::Problem;
use crate::routes::upload::sign_grant;

/// What a client prefers where the bucket accepts both.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Prefer {
    Form,
    Put,
}

/// Signs a form or a PUT, as both protocols of Uppy expect it. A file of unknown size gets a form.
pub(super) fn sign(
    rule: &UploadRule,
    caller: &Caller,
    request: UploadRequest,
    size: Option<u64>,
    prefer: Prefer,
    exchange: Exchange<'_>,
) -> Result<Value, Blocked<Problem>> {
    let grant = match size {
        Some(_) => rule.grant(caller, &request, exchange.ambient)?,
        None => rule.grant_any_size(caller, request, exchange.ambient)?,
    };
    let grant = match prefer {
        Prefer::Put if grant.fits_put() => grant.by_put()?,
        Prefer::Put | Prefer::Form => grant.answered_by_xml(),
    };
    let signed = sign_grant(grant, exchange)?;
    let upload = &signed.output;
    let mut answer = json!({
        "method": upload.method(),
        "url": upload.url(),
        "key": signed.key,
        // In seconds from now.
        "expires": signed.expiration.as_secs() - exchange.ambient.now.as_secs(),
    });
    if upload.fields().is_some() && !upload.url().ends_with('/') {
        // Some clients append the key to the URL, to show where the file is.
        answer["url"] = format!("{}/", upload.url()).into();
    }
    if let Some(fields) = upload.fields() {
        answer["fields"] = object(fields);
    }
    if let Some(headers) = upload.headers() {
        answer["headers"] = object(settable(headers));
    }
    Ok(answer)
}

/// Adds the key of a PUT where Uppy 5 looks for it; Uppy 6 would mistake such an answer for a form.
pub(super) fn with_key_field(mut answer: Value) -> Value {
    if answer.get("fields").is_none() {
        answer["fields"] = json!({ "key": answer["key"] });
    }
    answer
}

/// The headers that a script can set; a browser sets the length itself.
pub(super) fn settable<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    headers.into_iter().filter(|(name, _)| *name != HeaderName::CONTENT_LENGTH.as_str())
}

/// Names and values as a JSON object.
pub(super) fn object<'a>(members: impl IntoIterator<Item = (&'a str, &'a str)>) -> Value {
    let members = members.into_iter();
    members.map(|(name, value)| (name.to_owned(), value.into())).collect::<Map<_, _>>().into()
}
