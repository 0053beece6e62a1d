//! Names and values of signed headers.
//!
//! Spec: <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString as _};
use core::fmt;
use core::ops::RangeInclusive;

/// The name of a header to sign, in lower case.
///
/// ```
/// use signer::HeaderName;
///
/// assert_eq!(HeaderName::new("X-Amz-Meta-Album")?.as_str(), "x-amz-meta-album");
/// assert!(HeaderName::new("Host").is_err(), "signing adds the host");
/// # Ok::<(), signer::InvalidHeader>(())
/// ```
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct HeaderName(Cow<'static, str>);

impl HeaderName {
    /// `content-length`: the exact size of the body, in bytes.
    pub const CONTENT_LENGTH: Self = Self(Cow::Borrowed("content-length"));
    /// `content-type`: the media type that S3 stores with the object.
    pub const CONTENT_TYPE: Self = Self(Cow::Borrowed("content-type"));
    /// `x-goog-content-length-range`: allowed size of the body at Google Cloud Storage, in bytes, both ends included.
    /// Convert a range into its value: `HeaderValue::from(1..=1_024)`.
    pub const GOOG_CONTENT_LENGTH_RANGE: Self = Self(Cow::Borrowed("x-goog-content-length-range"));
    /// `if-none-match`: with the value `*`, the request never overwrites an object.
    pub const IF_NONE_MATCH: Self = Self(Cow::Borrowed("if-none-match"));

    /// Checks a name and puts it into lower case.
    ///
    /// # Errors
    ///
    /// [`InvalidHeader::Name`] if `name` is not an RFC 9110 token of 1 to 128 bytes,
    /// [`InvalidHeader::Reserved`] if signing sets that header.
    pub fn new(name: &str) -> Result<Self, InvalidHeader> {
        if !(1..=128).contains(&name.len()) || !name.bytes().all(is_token) {
            return Err(InvalidHeader::Name);
        }
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "host"
            | "authorization"
            | "x-amz-content-sha256"
            | "x-amz-date"
            | "x-amz-security-token"
            | "x-goog-content-sha256"
            | "x-goog-date" => Err(InvalidHeader::Reserved),
            _ => Ok(Self(Cow::Owned(name))),
        }
    }

    pub(crate) const fn made_by_signing(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The token characters of RFC 9110.
pub(crate) const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

/// The value of a header to sign, with spaces folded as in the canonical request: none at the ends, one between words.
///
/// ```
/// use signer::HeaderValue;
///
/// assert_eq!(HeaderValue::new("  max-age=60,   private ")?.as_str(), "max-age=60, private");
/// # Ok::<(), signer::InvalidHeader>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HeaderValue(String);

impl HeaderValue {
    /// Checks a value and folds its spaces.
    ///
    /// # Errors
    ///
    /// [`InvalidHeader::Value`] if `value` is longer than 8,192 bytes or has a control character,
    /// [`InvalidHeader::NotAscii`] if it has a character beyond ASCII.
    pub fn new(value: &str) -> Result<Self, InvalidHeader> {
        if value.len() > 8_192 || value.contains(char::is_control) {
            return Err(InvalidHeader::Value);
        }
        if !value.is_ascii() {
            return Err(InvalidHeader::NotAscii);
        }
        let mut folded = String::with_capacity(value.len());
        for word in value.split(' ').filter(|word| !word.is_empty()) {
            if !folded.is_empty() {
                folded.push(' ');
            }
            folded.push_str(word);
        }
        Ok(Self(folded))
    }

    pub(crate) const fn made_by_signing(value: String) -> Self {
        Self(value)
    }

    /// The value `*`, for [`HeaderName::IF_NONE_MATCH`].
    #[must_use]
    pub fn any() -> Self {
        Self(String::from("*"))
    }

    /// The value to send, with spaces folded.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<u64> for HeaderValue {
    fn from(number: u64) -> Self {
        Self(number.to_string())
    }
}

/// Writes a range as `1,1024`, for [`HeaderName::GOOG_CONTENT_LENGTH_RANGE`].
impl From<RangeInclusive<u64>> for HeaderValue {
    fn from(bytes: RangeInclusive<u64>) -> Self {
        Self(format!("{},{}", bytes.start(), bytes.end()))
    }
}

/// Why a header is invalid.
///
/// ```
/// use signer::{HeaderName, HeaderValue, InvalidHeader};
///
/// assert_eq!(HeaderName::new("x-amz-date"), Err(InvalidHeader::Reserved));
/// assert_eq!(HeaderValue::new("two\r\nlines"), Err(InvalidHeader::Value));
/// assert_eq!(HeaderValue::new("attachment; filename=\"1 ©.jpg\""), Err(InvalidHeader::NotAscii));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum InvalidHeader {
    /// The name is empty, longer than 128 bytes, or has a character that is not allowed in header names.
    Name,
    /// Signing sets this header.
    Reserved,
    /// The value is longer than 8,192 bytes or has a control character.
    Value,
    /// The value has a character beyond ASCII. Clients send such characters in different bytes, or not at all, so that the
    /// signature would not match. Percent-encode them, as `filename*` in `Content-Disposition` does.
    ///
    /// Spec: <https://www.rfc-editor.org/rfc/rfc8187>
    NotAscii,
}

impl fmt::Display for InvalidHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "a header name has 1 to 128 token characters",
            Self::Reserved => "signing sets this header",
            Self::Value => "a header value has at most 8192 bytes and no control characters",
            Self::NotAscii => "a header value has no characters beyond ASCII",
        })
    }
}

impl core::error::Error for InvalidHeader {}
