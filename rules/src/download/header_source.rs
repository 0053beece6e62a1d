//! Whose headers a bucket sends with an object: those that were stored with it, or those of the link.
//!
//! Signature Version 4 can fix the value of a header, but cannot forbid one. So whoever holds a signed PUT can also send
//! `Content-Disposition`, `Content-Encoding` or `Cache-Control`, and S3 stores them with the object. The same holds for the
//! fields of a form at servers that do not compare every field with the policy. A link to such an object names the values.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax>

use litemap::LiteMap;
use signer::Expires;

use crate::bucket::entry::BucketEntry;
use crate::bucket::provider::ExtraFields;
use crate::download::window::Window;
use crate::download::writers::Writers;
use crate::keys::template::KeyTemplate;
use crate::upload::rule::UploadRule;

pub(crate) const DISPOSITION: &str = "response-content-disposition";
const ENCODING: &str = "response-content-encoding";
const CACHE: &str = "response-cache-control";

/// The headers of a rule's objects that an uploader may have stored, so that the link overrides them. Only the owner and the
/// rules can have stored the others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct HeaderSource {
    overrides_disposition: bool,
    overrides_encoding: bool,
    overrides_cache: bool,
}

impl HeaderSource {
    /// Decides for a download rule with this bucket and these keys.
    pub(crate) fn of(bucket: &BucketEntry, key: &KeyTemplate, writers: Writers<'_>) -> Self {
        let uploads: Vec<_> =
            writers.uploads(bucket, key).filter(|upload| leaves_headers_open(upload)).collect();
        // Whoever has credentials chooses all headers.
        let all_open = writers.credentials(bucket, key).next().is_some();
        let is_open =
            |header| all_open || uploads.iter().any(|upload| !upload.attributes.fixes(header));
        // Google documents only the override of `Content-Disposition`.
        let documents_all = !bucket.signature.is_google();
        Self {
            overrides_disposition: is_open("content-disposition"),
            overrides_encoding: documents_all && is_open("content-encoding"),
            overrides_cache: documents_all && is_open("cache-control"),
        }
    }

    /// Returns the parameters of a link that override headers, with their values.
    pub(crate) fn overrides(self) -> LiteMap<&'static str, String> {
        let overrides = [
            (self.overrides_disposition, DISPOSITION, "inline"),
            (self.overrides_encoding, ENCODING, "identity"),
        ];
        let mut values = LiteMap::new();
        for (_, name, value) in overrides.into_iter().filter(|(is_open, ..)| *is_open) {
            values.insert(name, value.to_owned());
        }
        values
    }

    /// Returns the parameter that says how long caches may keep the object: as long as its link stays the same; otherwise only
    /// the browser, and not longer than the link is valid. `max-age` takes precedence over a stored `Expires`.
    pub(crate) fn cache_control(
        self,
        window: Option<Window>,
        expires: Expires,
    ) -> Option<(&'static str, String)> {
        let value = match window {
            Some(window) => format!("max-age={}", window.secs()),
            None => format!("private, max-age={}", expires.as_secs()),
        };
        self.overrides_cache.then_some((CACHE, value))
    }
}

/// Returns whether the client can store headers that the grant does not name.
fn leaves_headers_open(rule: &UploadRule) -> bool {
    // The Worker stores only fields that the policy names, and headers that are signed.
    let by_form = rule.bucket.provider.extra_fields == ExtraFields::Unknown;
    !rule.is_bound() && (rule.takes_puts() || by_form)
}
