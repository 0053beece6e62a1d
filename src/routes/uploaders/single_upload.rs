//! The upload of a file in one request, for clients that accept a form or a PUT.

use alloc::borrow::Cow;

use rules::{Blocked, Caller, Signed, SignedUpload, UploadRequest, UploadRule};
use serde::Serialize;
use signer::{HeaderName, UnixTime};

use crate::exchange::Exchange;
use crate::http::answer::Pairs;
use crate::http::problem::Problem;
use crate::routes::sign_grant::sign_grant;

/// Signs a form if the bucket accepts forms, otherwise a PUT. A file of unknown size needs a form.
pub(super) fn sign(
    rule: &UploadRule,
    caller: &Caller,
    request: UploadRequest,
    size: Option<u64>,
    exchange: Exchange<'_>,
) -> Result<Signed<SignedUpload>, Blocked<Problem>> {
    let grant = match size {
        Some(_) => rule.grant(caller, &request, exchange.ambient)?,
        None => rule.grant_any_size(caller, request, exchange.ambient)?,
    };
    sign_grant(grant.with_xml_response(), exchange)
}

/// The answer about one file, for both protocols of Uppy; neither uses every member.
#[derive(Serialize)]
pub(super) struct SingleUpload<'a> {
    method: &'static str,
    url: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Pairs<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Pairs<&'a str>>,
    key: &'a str,
    /// In seconds from now.
    expires: u64,
    /// The state with which the upload can be confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm: Option<&'a str>,
}

impl<'a> SingleUpload<'a> {
    pub(super) fn new(signed: &'a Signed<SignedUpload>, now: UnixTime) -> Self {
        let upload = &signed.output;
        let fields = upload.fields().map(Pairs);
        // Some clients append the key to a form's URL to get the URL of the file.
        let url = match &fields {
            Some(_) if !upload.url().ends_with('/') => format!("{}/", upload.url()).into(),
            _ => upload.url().into(),
        };
        Self {
            method: upload.method(),
            url,
            fields,
            headers: upload.headers().map(settable),
            key: &signed.key,
            expires: signed.expiration.as_secs() - now.as_secs(),
            confirm: signed.confirm.as_deref(),
        }
    }

    /// Adds the key of a PUT as a field, where Uppy 5 expects it. Uppy 6 would mistake such an answer for a form.
    pub(super) fn with_key_field(self) -> Self {
        let fields = self.fields.or_else(|| Some(Pairs(vec![("key", self.key)])));
        Self { fields, ..self }
    }
}

/// Returns the headers that a script can set: the browser sets the length.
pub(super) fn settable<'a>(
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Pairs<&'a str> {
    let length = HeaderName::CONTENT_LENGTH;
    Pairs(headers.into_iter().filter(|(name, _)| *name != length.as_str()).collect())
}
