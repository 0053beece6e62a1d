//! The causes that each kind of error permits.

use crate::cause::Code;

/// The causes that an error permits.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Allowed {
    /// Any cause.
    All,
    /// Any cause except the time, which the server would have named.
    AllButTime,
    /// Only these causes.
    Only(&'static [Code]),
}

impl Allowed {
    pub(super) fn has(self, code: Code) -> bool {
        match self {
            Self::All => true,
            Self::AllButTime => !matches!(code, Code::Expired | Code::ClockSkew),
            Self::Only(codes) => codes.contains(&code),
        }
    }
}

/// The error itself is the cause.
pub(crate) const NOTHING_ELSE: Allowed = Allowed::Only(&[]);
pub(crate) const SIGNATURE: Allowed = Allowed::Only(&[
    Code::WrongHost,
    Code::WrongStyle,
    Code::MethodDiffers,
    Code::HeaderNotSent,
    Code::HeaderNotSigned,
    Code::HeaderDiffers,
    Code::ContentTypeDiffers,
    Code::QueryChanged,
    Code::PathChanged,
    Code::DoubleEncoded,
    Code::PlusForSpace,
    Code::SignerEncoding,
    Code::SignatureDamaged,
    Code::WrongSecret,
    Code::SignatureMismatch,
    Code::PayloadSigned,
    Code::PolicyDamaged,
    Code::MissingField,
    Code::RepeatedField,
]);
pub(crate) const POLICY: Allowed = Allowed::Only(&[
    Code::PolicyCondition,
    Code::MalformedCondition,
    Code::ExtraField,
    Code::MissingField,
    Code::RepeatedField,
    Code::Expired,
    Code::FileNotLast,
    Code::MalformedForm,
    Code::PolicyDamaged,
    Code::DoubleEncoded,
    Code::PlusForSpace,
]);
/// Causes of a form that the server cannot parse.
pub(crate) const FORM: Allowed = Allowed::Only(&[
    Code::MalformedForm,
    Code::MissingField,
    Code::RepeatedField,
    Code::FileNotLast,
]);
pub(crate) const SHAPE: Allowed = Allowed::Only(&[
    Code::WrongRegion,
    Code::MissingParameter,
    Code::RepeatedParameter,
    Code::MalformedParameter,
    Code::ExpiresOutOfRange,
    Code::HtmlEscaped,
    Code::DoubleEncoded,
    Code::SignatureDamaged,
    Code::TwoSignatures,
]);
pub(crate) const CHECKSUM: Allowed =
    Allowed::Only(&[Code::EmptyBodyChecksum, Code::ChecksumDiffers]);
pub(crate) const KEY: Allowed =
    Allowed::Only(&[Code::UnknownKey, Code::TokenMissing, Code::TokenWrong]);
/// Causes for a session token that the server cannot read: it checks the token before the signature.
pub(crate) const TOKEN: Allowed =
    Allowed::Only(&[Code::TokenMissing, Code::TokenWrong, Code::DoubleEncoded, Code::PlusForSpace]);
