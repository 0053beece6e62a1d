//! One thing that is wrong, and what to do about it.

use serde::Serialize;

/// What kind of thing is wrong, for programs.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// It was good until some time ago.
    Expired,
    /// The clock of who signed, or of who sent, is wrong.
    ClockSkew,
    /// It was signed for another region than the bucket's.
    WrongRegion,
    /// It was sent to another host than the one it was signed for.
    WrongHost,
    /// The bucket stands in the path, but was signed in the host; or the other way round.
    WrongStyle,
    /// It was sent with another method.
    MethodDiffers,
    /// A signed header was not sent.
    HeaderNotSent,
    /// A header was sent that has to be signed.
    HeaderNotSigned,
    /// A header was sent with another value.
    HeaderDiffers,
    /// The file's type is not the signed one.
    ContentTypeDiffers,
    /// A parameter was added, removed or changed.
    QueryChanged,
    /// The path is not the signed one.
    PathChanged,
    /// A percent sign was encoded once more.
    DoubleEncoded,
    /// A space was written as `+`.
    PlusForSpace,
    /// `&amp;` stands for `&`.
    HtmlEscaped,
    /// The URL lacks a part of the signature.
    MissingParameter,
    /// A part of the signature stands twice.
    RepeatedParameter,
    /// A part of the signature is not written as it has to be.
    MalformedParameter,
    /// The signature itself was cut or has too much.
    SignatureDamaged,
    /// It asks for more than seven days.
    ExpiresOutOfRange,
    /// It carries more than one signature.
    TwoSignatures,
    /// The server does not take this kind of signature.
    UnsupportedSignature,
    /// The access key is temporary, and its token is not there.
    TokenMissing,
    /// The token is not that of the access key, or has run out.
    TokenWrong,
    /// The server does not know the access key.
    UnknownKey,
    /// It was signed with another secret.
    WrongSecret,
    /// It is not the request that was signed, or the secret is another.
    SignatureMismatch,
    /// It was signed for a body that is known, not for any.
    PayloadSigned,
    /// The signed checksum is that of an empty body.
    EmptyBodyChecksum,
    /// The checksum is not that of the file.
    ChecksumDiffers,
    /// A condition of the policy is not met.
    PolicyCondition,
    /// A field of the form that no condition covers.
    ExtraField,
    /// A field that is not in the form.
    MissingField,
    /// The policy is not what was signed, or no policy.
    PolicyDamaged,
    /// Fields stand behind the file.
    FileNotLast,
    /// The file is larger than the limit.
    TooLarge,
    /// The file is smaller than the limit.
    TooSmall,
    /// The store takes no forms.
    FormsNotTaken,
    /// There is no such object.
    NoSuchKey,
    /// There is no such bucket.
    NoSuchBucket,
    /// Whoever signed may not do this.
    NotAllowed,
    /// The browser was not let through to the answer.
    Cors,
    /// The server refused it for a reason of its own.
    Refused,
}

/// What is wrong and what to do, in words.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Cause {
    /// Its kind.
    pub code: Code,
    /// What is wrong: the thing, what was expected, what was found.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Cause {
    pub(crate) fn new(code: Code, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: hint.into() }
    }
}
