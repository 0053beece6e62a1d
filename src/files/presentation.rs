//! The headers that an object is sent with.

use alloc::borrow::Cow;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rules::{ActiveContent, can_carry_scripts};
use signer::UnixTime;

use super::conditions::write_date;
use super::object::StoredObject;
use crate::http::answer::Answer;

/// The type of an object that is stored without one, as S3 has it.
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// The headers that a link can override: S3's parameter, and the header.
///
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax>
const OVERRIDES: [(&str, &str); 6] = [
    ("response-cache-control", "cache-control"),
    ("response-content-disposition", "content-disposition"),
    ("response-content-encoding", "content-encoding"),
    ("response-content-language", "content-language"),
    ("response-content-type", "content-type"),
    ("response-expires", "expires"),
];

/// Returns the header that a parameter of a link overrides.
pub(super) fn overridden_header(parameter: &str) -> Option<&'static str> {
    OVERRIDES.iter().find(|(name, _)| *name == parameter).map(|(_, header)| *header)
}

/// How long the object may be kept by caches, if nothing that is stored or signed says so.
#[derive(Clone, Copy, Debug)]
pub(crate) enum CacheControl {
    /// By the browser, until the link expires, unless something else is stored with the object or signed into the link.
    UntilExpiry {
        /// In seconds.
        secs: u64,
    },
    /// By the browser only, whatever is stored: other callers get other objects at the same URL. It asks each time, unless the
    /// rule has a window.
    PerCaller {
        /// In seconds.
        max_age: Option<u64>,
    },
}

/// What decides on the headers besides the object.
#[derive(Clone, Debug)]
pub(crate) struct Presentation {
    /// Names of headers in lower case, and the values that replace the object's.
    pub(crate) overrides: Vec<(&'static str, String)>,
    pub(crate) active_content: ActiveContent,
    pub(crate) cache_control: CacheControl,
    /// Whether the client asks for the object's checksums.
    pub(crate) with_checksums: bool,
}

impl Presentation {
    /// Returns the overrides as headers.
    pub(crate) fn headers_of<'n, 'v>(
        overrides: impl Iterator<Item = (&'n str, &'v str)>,
    ) -> Vec<(&'static str, String)> {
        overrides
            .filter_map(|(parameter, value)| Some((overridden_header(parameter)?, value.into())))
            .collect()
    }

    /// Adds the headers that an answer without the object has too, such as 304.
    pub(super) fn with_validators(&self, answer: Answer, object: &StoredObject) -> Answer {
        let cache_control = self.cache_control(object);
        let answer = answer
            .replacing("cache-control", cache_control)
            .embeddable()
            .with("etag", object.etag.clone())
            .with("last-modified", write_date(object.modified_at));
        match self.expires(object) {
            Some(expires) => answer.with("expires", expires),
            None => answer,
        }
    }

    /// Adds the headers of the object itself.
    pub(super) fn with_content_headers(&self, answer: Answer, object: &StoredObject) -> Answer {
        let content_type = self.value("content-type", object.content_type.as_deref());
        let content_type = content_type.unwrap_or(Cow::Borrowed(UNKNOWN_TYPE)).into_owned();
        let is_active =
            self.active_content == ActiveContent::Saved && can_carry_scripts(&content_type);
        let mut answer = answer.with("accept-ranges", "bytes").with("content-type", content_type);
        if is_active {
            answer = answer.with("content-security-policy", "sandbox");
        }
        for (name, value) in [
            ("content-disposition", self.disposition(object, is_active)),
            (
                "content-encoding",
                self.owned("content-encoding", object.content_encoding.as_deref()),
            ),
            (
                "content-language",
                self.owned("content-language", object.content_language.as_deref()),
            ),
        ] {
            if let Some(value) = value {
                answer = answer.with(name, value);
            }
        }
        answer
    }

    /// Returns the headers of the object's own metadata, and its checksums if the whole object is sent.
    pub(super) fn metadata(&self, object: &StoredObject, is_whole: bool) -> Vec<(String, String)> {
        let metadata = object.metadata.iter().filter(|(name, _)| is_token(name));
        let metadata = metadata.map(|(name, value)| {
            (format!("x-amz-meta-{}", name.to_ascii_lowercase()), encode_metadata(value))
        });
        let checksums = object.checksums.iter().filter(|_| self.with_checksums && is_whole);
        let checksums = checksums
            .map(|(algorithm, digest)| (format!("x-amz-checksum-{algorithm}"), digest.clone()));
        metadata.chain(checksums).collect()
    }

    fn cache_control(&self, object: &StoredObject) -> String {
        match self.cache_control {
            CacheControl::PerCaller { max_age: None } => "private, no-cache".into(),
            CacheControl::PerCaller { max_age: Some(secs) } => format!("private, max-age={secs}"),
            CacheControl::UntilExpiry { secs } => {
                let stored = self.owned("cache-control", object.cache_control.as_deref());
                stored.unwrap_or_else(|| format!("private, max-age={secs}"))
            }
        }
    }

    fn expires(&self, object: &StoredObject) -> Option<String> {
        match self.cache_control {
            CacheControl::PerCaller { .. } => None,
            CacheControl::UntilExpiry { .. } => {
                let stored = object.expires.map(write_date);
                self.owned("expires", stored.as_deref())
            }
        }
    }

    /// Returns the `Content-Disposition`. It makes browsers save a file whose type can carry scripts.
    fn disposition(&self, object: &StoredObject, is_active: bool) -> Option<String> {
        let stored = object.content_disposition.as_deref();
        let chosen = self.overridden("content-disposition").or(stored).unwrap_or_default();
        let (kind, parameters) = chosen.split_once(';').unwrap_or((chosen, ""));
        let is_attachment = kind.trim().eq_ignore_ascii_case("attachment");
        let is_writable = is_header_value(chosen);
        match (is_active && !is_attachment, is_writable) {
            (true, true) if !parameters.is_empty() => Some(format!("attachment;{parameters}")),
            (true, _) => Some("attachment".into()),
            (false, true) => Some(chosen.into()).filter(|value: &String| !value.is_empty()),
            (false, false) => is_attachment.then(|| "attachment".into()),
        }
    }

    fn owned(&self, header: &str, stored: Option<&str>) -> Option<String> {
        self.value(header, stored).map(Cow::into_owned)
    }

    /// Returns what replaces the object's own value, or that value. What no header can hold is left out.
    fn value<'v>(&'v self, header: &str, stored: Option<&'v str>) -> Option<Cow<'v, str>> {
        let value = self.overridden(header).or(stored);
        value.filter(|value| !value.is_empty() && is_header_value(value)).map(Cow::Borrowed)
    }

    fn overridden(&self, header: &str) -> Option<&str> {
        self.overrides.iter().find(|(name, _)| *name == header).map(|(_, value)| value.as_str())
    }
}

/// How many seconds of a link are left.
pub(super) fn secs_left(expires_at: UnixTime, now: UnixTime) -> u64 {
    expires_at.as_secs().saturating_sub(now.as_secs())
}

/// Returns whether every recipient reads the value of a header alike: printable ASCII and tabs.
pub(super) fn is_header_value(value: &str) -> bool {
    value.bytes().all(|b| matches!(b, b'\t' | b' '..=b'~'))
}

fn is_token(name: &str) -> bool {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(is_token)
}

/// Writes metadata as S3 does: text other than ASCII as an encoded word of RFC 2047.
///
/// Spec: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata>
fn encode_metadata(value: &str) -> String {
    if is_header_value(value) {
        return value.into();
    }
    format!("=?UTF-8?B?{}?=", BASE64_STANDARD.encode(value))
}
