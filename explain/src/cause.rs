//! A cause of a failure: its code, a message and a hint.

use serde::Serialize;

/// The kind of a cause, for programs.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The link or form has expired.
    Expired,
    /// The clock of the signer is wrong.
    ClockSkew,
    /// The request was signed for a region that is not the bucket's.
    WrongRegion,
    /// The request was sent to a host that was not signed.
    WrongHost,
    /// The bucket is in the path but was signed in the host, or the other way round.
    WrongStyle,
    /// The request was sent with another method.
    MethodDiffers,
    /// A signed header was not sent.
    HeaderNotSent,
    /// A header that must be signed was sent, but is not signed.
    HeaderNotSigned,
    /// A header was sent with another value.
    HeaderDiffers,
    /// The file's type is not the signed type.
    ContentTypeDiffers,
    /// A parameter was added, removed or changed.
    QueryChanged,
    /// The path was changed.
    PathChanged,
    /// A part of the URL was percent-encoded twice.
    DoubleEncoded,
    /// A space was written as `+`, or a plus sign was not written as `%2B`.
    PlusForSpace,
    /// The signer encodes text in another way than S3.
    SignerEncoding,
    /// The URL has an escape of HTML or of JSON for HTML, such as `&amp;` or `\u0026`, instead of `&`.
    HtmlEscaped,
    /// The URL lacks a part of the signature.
    MissingParameter,
    /// A part of the signature is repeated.
    RepeatedParameter,
    /// A part of the signature has the wrong format.
    MalformedParameter,
    /// The signature itself is too short, too long or not hexadecimal.
    SignatureDamaged,
    /// The link is valid for longer than seven days.
    ExpiresOutOfRange,
    /// The request has more than one signature.
    TwoSignatures,
    /// The server does not support this kind of signature.
    UnsupportedSignature,
    /// The access key is temporary, and its session token is missing.
    TokenMissing,
    /// The session token belongs to another access key, or has expired.
    TokenWrong,
    /// The server does not know the access key.
    UnknownKey,
    /// The request was signed with another secret.
    WrongSecret,
    /// The request was changed after it was signed, or the secret differs.
    SignatureMismatch,
    /// A hash of the body is signed, although the body of a presigned URL is usually unsigned.
    PayloadSigned,
    /// The signed checksum is that of an empty body.
    EmptyBodyChecksum,
    /// The checksum does not match the file.
    ChecksumDiffers,
    /// A condition of the policy is not met.
    PolicyCondition,
    /// A condition of the policy is not well-formed.
    MalformedCondition,
    /// No condition of the policy covers a field of the form.
    ExtraField,
    /// A field is missing in the form.
    MissingField,
    /// A field of the form is repeated.
    RepeatedField,
    /// The policy was changed, or is not a policy document.
    PolicyDamaged,
    /// The body of the form is not `multipart/form-data`, or has another boundary than its Content-Type.
    MalformedForm,
    /// Some fields come after the file.
    FileNotLast,
    /// The file is larger than the limit.
    TooLarge,
    /// The file is smaller than the limit.
    TooSmall,
    /// The server did not receive the whole body, or received more than its length.
    IncompleteBody,
    /// The body is sent in chunks, without its length.
    LengthMissing,
    /// The store does not accept forms.
    FormsNotTaken,
    /// The server does not support a header or an action of the request.
    NotSupported,
    /// The server does not accept the name of the bucket or the key.
    InvalidName,
    /// There is no such object.
    NoSuchKey,
    /// There is no such bucket.
    NoSuchBucket,
    /// There is no such upload in parts.
    NoSuchUpload,
    /// A part of the upload is missing, or the list of parts is malformed.
    InvalidPart,
    /// The object is shorter than the requested range.
    InvalidRange,
    /// A condition of the request is not met, or another request changes the object.
    PreconditionFailed,
    /// The object is archived.
    Archived,
    /// The object must not be replaced or deleted.
    Locked,
    /// The encryption, or its key, cannot be used.
    Encryption,
    /// The signing key lacks the permission.
    NotAllowed,
    /// The account cannot use the service.
    AccountProblem,
    /// A quota, a cap or a disk is full.
    QuotaExceeded,
    /// The browser did not let the page read a response.
    Cors,
    /// The server rejected the request for another reason.
    Refused,
}

/// One cause of a failure.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Cause {
    /// The kind of cause.
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
