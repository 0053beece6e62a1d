//! Names of form fields.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use crate::header::is_token;

/// A form field that a policy may have a condition on, spelled as in S3's documentation.
///
/// ```
/// use signer::FieldName;
///
/// assert_eq!(FieldName::new("content-type")?, FieldName::CONTENT_TYPE);
/// assert_eq!(FieldName::new("x-amz-meta-Album")?.as_str(), "x-amz-meta-album");
/// assert!(FieldName::new("policy").is_err(), "signing adds that field");
/// # Ok::<(), signer::InvalidFieldName>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FieldName(Cow<'static, str>);

/// The documented fields that do not begin with `x-amz-` or `x-goog-`.
const DOCUMENTED: [FieldName; 11] = [
    FieldName::ACL,
    FieldName::CACHE_CONTROL,
    FieldName::CONTENT_DISPOSITION,
    FieldName::CONTENT_ENCODING,
    FieldName::CONTENT_LANGUAGE,
    FieldName::CONTENT_TYPE,
    FieldName::EXPIRES,
    FieldName::IF_NONE_MATCH,
    FieldName::SUCCESS_ACTION_REDIRECT,
    FieldName::SUCCESS_ACTION_STATUS,
    FieldName::TAGGING,
];

/// The fields that signing adds.
const MADE_BY_SIGNING: [&str; 9] = [
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-signature",
    "x-goog-algorithm",
    "x-goog-credential",
    "x-goog-date",
    "x-goog-signature",
];

impl FieldName {
    /// A canned access control list, such as `private`.
    pub const ACL: Self = Self(Cow::Borrowed("acl"));
    /// Stored with the object, and sent as a header when the object is read.
    pub const CACHE_CONTROL: Self = Self(Cow::Borrowed("Cache-Control"));
    /// Stored with the object, and sent as a header when the object is read.
    pub const CONTENT_DISPOSITION: Self = Self(Cow::Borrowed("Content-Disposition"));
    /// Stored with the object, and sent as a header when the object is read.
    pub const CONTENT_ENCODING: Self = Self(Cow::Borrowed("Content-Encoding"));
    /// Stored with the object, and sent as a header when the object is read. S3 documents it only as a header, so use it only
    /// with a server that stores the field.
    pub const CONTENT_LANGUAGE: Self = Self(Cow::Borrowed("Content-Language"));
    /// Stored with the object, and sent as a header when the object is read.
    pub const CONTENT_TYPE: Self = Self(Cow::Borrowed("Content-Type"));
    /// Stored with the object, and sent as a header when the object is read.
    pub const EXPIRES: Self = Self(Cow::Borrowed("Expires"));
    /// With the value `*`, the upload never overwrites an object. S3 documents it only as a header, so use it only with a
    /// server that checks the field.
    pub const IF_NONE_MATCH: Self = Self(Cow::Borrowed("If-None-Match"));
    /// The URL that S3 redirects the browser to after an upload, with `bucket`, `key` and `etag` in the query.
    pub const SUCCESS_ACTION_REDIRECT: Self = Self(Cow::Borrowed("success_action_redirect"));
    /// The status of a successful upload: `200`, `201` (with XML) or `204`.
    pub const SUCCESS_ACTION_STATUS: Self = Self(Cow::Borrowed("success_action_status"));
    /// The object's tags, as XML.
    pub const TAGGING: Self = Self(Cow::Borrowed("tagging"));

    /// Finds a documented field, in any letter case. A field `x-amz-...` or `x-goog-...` is put into lower case.
    ///
    /// # Errors
    ///
    /// [`InvalidFieldName`] if S3 documents no such field, or signing adds it (`key`, `bucket`, `policy`, ...).
    pub fn new(name: &str) -> Result<Self, InvalidFieldName> {
        if let Some(documented) =
            DOCUMENTED.into_iter().find(|field| field.0.eq_ignore_ascii_case(name))
        {
            return Ok(documented);
        }
        let name = name.to_ascii_lowercase();
        let fits = name.len() <= 128
            && name.bytes().all(is_token)
            && !MADE_BY_SIGNING.contains(&name.as_str());
        let prefixes = ["x-amz-", "x-goog-"].into_iter();
        if fits
            && prefixes.filter_map(|prefix| name.strip_prefix(prefix)).any(|rest| !rest.is_empty())
        {
            Ok(Self(Cow::Owned(name)))
        } else {
            Err(InvalidFieldName)
        }
    }

    pub(crate) const fn made_by_signing(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name, as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_inner(self) -> Cow<'static, str> {
        self.0
    }
}

impl From<FieldName> for String {
    fn from(name: FieldName) -> Self {
        name.0.into_owned()
    }
}

/// The name is not that of a documented form field, or signing adds that field.
///
/// ```
/// use signer::{FieldName, InvalidFieldName};
///
/// assert_eq!(FieldName::new("x-amz-signature"), Err(InvalidFieldName));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidFieldName;

impl fmt::Display for InvalidFieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a form field must be one that S3 documents and that signing does not add, such as Content-Type or x-amz-meta-*")
    }
}

impl core::error::Error for InvalidFieldName {}
