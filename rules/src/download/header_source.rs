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
use crate::keys::template::KeyTemplate;
use crate::upload::rule::UploadRule;

pub(crate) const DISPOSITION: &str = "response-content-disposition";
const ENCODING: &str = "response-content-encoding";
const CACHE: &str = "response-cache-control";

/// Where the headers of a rule's objects come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum HeaderSource {
    /// Only the owner and the rules can have stored them.
    Object,
    /// An uploader may have stored them, so the link overrides them.
    Link,
    /// The same at Google, which documents only the override of `Content-Disposition`.
    GoogleLink,
}

impl HeaderSource {
    /// Decides for a download rule with this bucket and these keys.
    pub(crate) fn of<'a>(
        bucket: &BucketEntry,
        key: &KeyTemplate,
        mut uploads: impl Iterator<Item = &'a UploadRule>,
    ) -> Self {
        let is_open = uploads.any(|upload| {
            // Two entries of `BUCKETS` may be the same bucket, with other credentials.
            let same_bucket = upload.bucket.bucket.name() == bucket.bucket.name();
            same_bucket && leaves_headers_open(upload) && overlap(upload.key.prefix(), key.prefix())
        });
        match is_open {
            false => Self::Object,
            true if bucket.signature.is_google() => Self::GoogleLink,
            true => Self::Link,
        }
    }

    /// Returns the parameters of a link that override headers, with their values.
    pub(crate) fn overrides(self) -> LiteMap<&'static str, String> {
        let overrides: &[(&'static str, &str)] = match self {
            Self::Object => &[],
            Self::Link => &[(DISPOSITION, "inline"), (ENCODING, "identity")],
            Self::GoogleLink => &[(DISPOSITION, "inline")],
        };
        let mut values = LiteMap::new();
        for (name, value) in overrides {
            values.insert(*name, (*value).to_owned());
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
        (self == Self::Link).then_some((CACHE, value))
    }
}

/// Returns whether the client can store headers that the grant does not name.
fn leaves_headers_open(rule: &UploadRule) -> bool {
    let by_form = !rule.is_bound() && rule.bucket.provider.extra_fields == ExtraFields::Unknown;
    rule.takes_puts() || by_form
}

fn overlap(first: &str, second: &str) -> bool {
    first.starts_with(second) || second.starts_with(first)
}
