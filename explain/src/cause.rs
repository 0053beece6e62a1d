//! A cause of a failure: its code, a message and a hint.

use serde::Serialize;

/// The kind of a cause, for programs.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// It has expired.
    Expired,
    /// The clock of the signer is wrong.
    ClockSkew,
    /// It was signed for another region than the bucket's.
    WrongRegion,
    /// It was sent to another host than the one it was signed for.
    WrongHost,
    /// The bucket is in the path but was signed in the host, or the other way round.
    WrongStyle,
    /// It was sent with another method.
    MethodDiffers,
    /// A signed header was not sent.
    HeaderNotSent,
    /// A header was sent that must be signed.
    HeaderNotSigned,
    /// A header was sent with another value.
    HeaderDiffers,
    /// The file's type is not the signed one.
    ContentTypeDiffers,
    /// A parameter was added, removed or changed.
    QueryChanged,
    /// The path was changed.
    PathChanged,
    /// It was percent-encoded twice.
    DoubleEncoded,
    /// A space was written as `+`.
    PlusForSpace,
    /// It has `&amp;` instead of `&`.
    HtmlEscaped,
    /// The URL lacks a part of the signature.
    MissingParameter,
    /// A part of the signature is repeated.
    RepeatedParameter,
    /// A part of the signature has the wrong format.
    MalformedParameter,
    /// The signature itself is too short, too long or not hexadecimal.
    SignatureDamaged,
    /// It is valid for longer than seven days.
    ExpiresOutOfRange,
    /// It carries more than one signature.
    TwoSignatures,
    /// The server does not support this kind of signature.
    UnsupportedSignature,
    /// The access key is temporary, and its session token is missing.
    TokenMissing,
    /// The session token belongs to another access key, or has expired.
    TokenWrong,
    /// The server does not know the access key.
    UnknownKey,
    /// It was signed with another secret.
    WrongSecret,
    /// The request was changed after it was signed, or the secret differs.
    SignatureMismatch,
    /// The hash of a body is signed, instead of any body.
    PayloadSigned,
    /// The signed checksum is that of an empty body.
    EmptyBodyChecksum,
    /// The checksum does not match the file.
    ChecksumDiffers,
    /// A condition of the policy is not met.
    PolicyCondition,
    /// No condition of the policy covers a field of the form.
    ExtraField,
    /// A field is missing in the form.
    MissingField,
    /// The policy was changed, or is not a policy document.
    PolicyDamaged,
    /// Some fields follow the file.
    FileNotLast,
    /// The file is larger than the limit.
    TooLarge,
    /// The file is smaller than the limit.
    TooSmall,
    /// The store does not accept forms.
    FormsNotTaken,
    /// There is no such object.
    NoSuchKey,
    /// There is no such bucket.
    NoSuchBucket,
    /// The signing key lacks the permission.
    NotAllowed,
    /// The browser did not let the page read a response.
    Cors,
    /// The server rejected it for another reason.
    Refused,
}

/// What is wrong, and what to do.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Cause {
    /// Its kind.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Cause {
    pub(crate) fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into() }
    }
}
