//! A file that comes in one piece, for clients that take a form or a PUT.

use rules::{Blocked, Caller, SignedUpload, UploadRequest, UploadRule};
use serde_json::Value;
use signer::{HeaderName, HeaderValue};

use super::reply::{object, texts};
use crate::exchange::Exchange;
use crate::http::problem::Problem;
use crate::http::url::form_url;

/// What a client takes where the bucket takes both.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Prefer {
    Form,
    Put,
}

/// A signed upload of one file, for both protocols of Uppy; neither uses every field.
pub(super) struct SingleUpload {
    method: &'static str,
    url: String,
    fields: Option<Value>,
    headers: Option<Value>,
    key: String,
    /// In seconds from now.
    expires: u64,
}

impl SingleUpload {
    /// Signs a form or a PUT. A file of unknown size takes a form.
    pub(super) fn sign(
        rule: &UploadRule,
        caller: &Caller,
        ask: UploadRequest,
        size: Option<u64>,
        prefer: Prefer,
        exchange: Exchange<'_>,
    ) -> Result<Self, Blocked<Problem>> {
        let (secrets, now) = (exchange.site.secrets(), exchange.ambient.now);
        let mut grant = match size {
            Some(_) => rule.grant(caller, &ask, exchange.ambient)?,
            None => rule.grant_any_size(caller, ask, exchange.ambient)?,
        }
        .answered_by_xml();
        let credentials = grant.credentials(secrets, now)?;
        exchange.record.borrow_mut().granted(grant.key(), grant.ends_with());
        let own_form = grant.bound_bucket().map(|name| form_url(exchange.request.url.origin, name));
        let key = grant.key().to_owned();
        let expires = grant.expiration(now).as_secs() - now.as_secs();
        let signed = if prefer == Prefer::Put && grant.fits_put() {
            SignedUpload::Put(grant.sign_put(&credentials, now)?)
        } else {
            grant.sign(&credentials, now)
        };
        Ok(match signed {
            SignedUpload::Post(post) => {
                let fields = post.fields.iter();
                let fields = fields.map(|(name, value)| (name.as_ref().to_owned(), value.clone()));
                let (method, mut url) = ("POST", own_form.unwrap_or(post.url));
                // Some clients put the key behind it, to say where the file is.
                if !url.ends_with('/') {
                    url.push('/');
                }
                Self { method, url, fields: Some(texts(fields)), headers: None, key, expires }
            }
            SignedUpload::Put(put) => {
                let headers = Some(texts(sendable(&put.headers)));
                Self { method: "PUT", url: put.url, fields: None, headers, key, expires }
            }
        })
    }

    /// Tells the key of a PUT where Uppy 5 looks for it; 6 would take it for a form.
    pub(super) fn with_key_field(mut self) -> Self {
        let key = || object([("key", self.key.clone().into())]);
        self.fields = self.fields.take().or_else(|| Some(key()));
        self
    }

    pub(super) fn into_json(self) -> Value {
        let Self { method, url, fields, headers, key, expires } = self;
        let mut json = object([
            ("method", method.into()),
            ("url", url.into()),
            ("key", key.into()),
            ("expires", expires.into()),
        ]);
        for (name, value) in [("fields", fields), ("headers", headers)] {
            if let (Value::Object(members), Some(value)) = (&mut json, value) {
                members.insert(name.to_owned(), value);
            }
        }
        json
    }
}

/// The headers that a script can set; a browser sends the length of its own accord.
pub(super) fn sendable(
    headers: &[(HeaderName, HeaderValue)],
) -> impl Iterator<Item = (String, String)> {
    let settable = headers.iter().filter(|(name, _)| *name != HeaderName::CONTENT_LENGTH);
    settable.map(|(name, value)| (name.as_str().to_owned(), value.as_str().to_owned()))
}
